import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { afterEach, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import type { Document } from '../contract/documents.ts';
import { createCorpus, getCorpus } from './corpora.ts';
import { deleteDocument, getDocument, getDocumentText, listDocuments } from './documents.ts';
import { searchKnowledge } from './search.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from './testing/given-knowledge.ts';
import { makeZip, type ZipMember } from './testing/make-zip.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge;
afterEach(() => given.close());
const signal = new AbortController().signal;

async function givenCorpus(): Promise<{ curator: Actor; corpusId: string }> {
  const curator = await given.user('curator');
  const corpus = await createCorpus(given.knowledge, curator, { name: `Corpus of ${curator.username}` });
  return { curator, corpusId: corpus.id };
}

async function send(actor: Actor, corpusId: string, filename: string, content: string | Uint8Array): Promise<string> {
  return (await uploadDocument(given.knowledge, actor, { corpusId, filename, body: bodyOf(content) })).documentId;
}

async function documentsOf(actor: Actor, corpusId: string): Promise<Document[]> {
  return (await listDocuments(given.knowledge, actor, corpusId, { limit: 100 })).documents;
}

const note = (name: string, words: string): ZipMember => ({
  name,
  content: `# ${words}\n\nThe ${words} is kept dry.\n`,
});

async function pdfOf(text: string): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  pdf.addPage().drawText(text, { x: 50, y: 700, size: 12, font: await pdf.embedFont(StandardFonts.Helvetica) });
  return pdf.save();
}

test('each file of an archive is a document of its own, with its path; the archive tells what came of each', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  await send(curator, corpusId, 'old.md', note('', 'teapot').content);
  const archive = makeZip([
    { name: 'plans/', content: '' },
    note('plans/2026/kettle.md', 'kettle'),
    { name: 'plans/pump.pdf', content: await pdfOf('The pump is primed by hand.'), isStored: true },
    note('again.md', 'teapot'),
    note('twin.md', 'kettle'),
    { name: 'logo.png', content: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex') },
    { name: 'lying.pdf', content: 'Just words.' },
    { name: 'inner.zip', content: makeZip([note('deep.md', 'cup')]) },
    { name: 'empty.md', content: '' },
    { name: 'broken.pdf', content: '%PDF-1.7\nno page' },
    { name: '__MACOSX/plans/._kettle.md', content: 'x' },
    { name: 'plans/.DS_Store', content: 'x' },
  ]);
  const id = await send(curator, corpusId, 'plans.zip', archive);
  await given.knowledge.idle();

  const byName = new Map((await documentsOf(curator, corpusId)).map((document) => [document.filename, document]));
  expect([...byName].map(([name, { state }]) => `${name} ${state}`).toSorted()).toEqual([
    'broken.pdf failed',
    'old.md ready',
    'plans.zip ready',
    'plans/2026/kettle.md ready',
    'plans/pump.pdf ready',
  ]);
  expect(byName.get('plans/2026/kettle.md')).toMatchObject({ title: 'kettle', media_type: 'text/markdown' });
  expect(byName.get('plans.zip')).toMatchObject({
    document_id: id,
    media_type: 'application/zip',
    passages: 0,
    notices: [
      '3 files of this archive were added as documents of their own.',
      '2 files were in this corpus already.',
      '4 files were not added; the page of this archive says why.',
    ],
  });
  const { text } = await getDocumentText(given.knowledge, curator, id);
  expect(text.split('\n')).toEqual([
    'Added from this archive, each as a document of its own:',
    '- plans/2026/kettle.md',
    '- plans/pump.pdf',
    '- broken.pdf',
    '',
    'In the corpus already:',
    '- again.md',
    '- twin.md',
    '',
    'Not added:',
    expect.stringMatching(/^- logo\.png: This is a file of the type image\/png, which cannot be read\./),
    '- lying.pdf: This file is named .pdf, but it holds plain text. Check the file and upload it again.',
    '- inner.zip: An archive inside of an archive is not opened. Unpack it and upload what is in it.',
    '- empty.md: The file is empty. Check it and upload it again.',
  ]);

  const found = await searchKnowledge(given.knowledge, curator, { query: 'is the kettle kept dry' }, signal);
  expect(found.passages[0]).toMatchObject({ document_title: 'kettle' });
  expect(found.passages.every((passage) => passage.document_id !== id)).toBe(true);
  expect(await getCorpus(given.knowledge, curator, corpusId)).toMatchObject({ documents: 5 });
  expect(await readdir(join(given.dataDir, 'files'))).toHaveLength(5);
  expect(given.count(`select count(*) from documents where created_by = '${curator.userId}'`)).toBe(5);
  expect(given.count(`select count(*) from audit_log where action = 'document.added'`)).toBe(5);
});

test('an archive whose reading was cut off goes on: nothing is missing, nothing twice, nothing deleted comes back', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  const members = Array.from({ length: 8 }, (_, i) => note(`${i}.md`, `kettle ${i}`));
  await given.knowledge.close();
  const id = await send(curator, corpusId, 'kettles.zip', makeZip(members));
  // A process that added four files and was killed.
  const { store, knowledge } = given;
  const at = knowledge.clock.now();
  const lease = { instanceId: 'killed', bootId: 'boot', nowMs: 0, untilMs: Number.MAX_SAFE_INTEGER };
  const hold = await store.write.claimJob({ kind: 'ingest', lease, goneInstances: [], maxAttempts: 3, at });
  if (!hold) throw new Error('no job');
  await store.write.startIngest({ hold, at });
  for (const { name, content } of members.slice(0, 4)) {
    const received = await knowledge.files.receive(bodyOf(content), { maxBytes: 1000 });
    const own = {
      documentId: `from ${name}`,
      jobId: `of ${name}`,
      title: name,
      filename: name,
      mediaType: 'text/markdown',
    };
    const added = await store.write.addFromArchive({ hold, ...own, ...received, priority: 0, progress: 0, at });
    expect(added).toEqual({ outcome: 'added' });
  }
  await deleteDocument(knowledge, curator, 'from 2.md');

  const other = await given.another();
  await other.idle();
  const documents = await documentsOf(curator, corpusId);
  expect(documents.map(({ filename }) => filename).toSorted()).toEqual(
    ['kettles.zip', ...members.map(({ name }) => name).filter((name) => name !== '2.md')].toSorted(),
  );
  expect(documents.every(({ state }) => state === 'ready')).toBe(true);
  expect((await getDocument(other, curator, id)).notices).toEqual([
    '8 files of this archive were added as documents of their own.',
  ]);
  // One of them lies in the recycle bin.
  expect(await readdir(join(given.dataDir, 'files'))).toHaveLength(9);
  // The old owner, waking up, adds nothing.
  const late = await knowledge.files.receive(bodyOf('late'), { maxBytes: 1000 });
  const own = { documentId: 'late', jobId: 'late', title: 'late', filename: 'late.md', mediaType: 'text/markdown' };
  expect(await store.write.addFromArchive({ hold, ...own, ...late, priority: 0, progress: 0, at })).toBeUndefined();
});

test('an archive of which nothing can be added fails in words', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  const failed = async (filename: string, members: readonly ZipMember[]) => {
    const id = await send(curator, corpusId, filename, makeZip(members));
    await given.knowledge.idle();
    const { state, error } = await getDocument(given.knowledge, curator, id);
    expect(state, filename).toBe('failed');
    return [error?.code, error?.message];
  };
  const secret = { ...note('a.md', 'x'), isEncrypted: true };
  expect(await failed('secret.zip', [secret, { ...secret, name: 'b.md' }])).toEqual([
    'nothing_to_take',
    'No file in this archive could be added. a.md: This file is encrypted. Save it without a password and upload it again. 1 more file could not be either.',
  ]);
  expect(await failed('folders.zip', [{ name: 'a/', content: '' }])).toEqual([
    'empty',
    'There are no files in this archive.',
  ]);
  const many = Array.from({ length: 2001 }, (_, i) => note(`${i}.md`, 'x'));
  expect(await failed('many.zip', many)).toEqual([
    'too_many_files',
    'There are more files in this archive than are taken at once. Upload it in parts of at most 2,000 files.',
  ]);
  const zeros = [{ name: 'a.txt', content: Buffer.alloc(20_000_000) }];
  expect((await failed('zeros.zip', zeros))[0]).toBe('unpacks_too_large');
  const liar = [note('b.md', 'y'), { name: 'a.txt', content: Buffer.alloc(900_000), declaredBytes: 1000 }];
  const liarId = await send(curator, corpusId, 'liar.zip', makeZip(liar));
  await given.knowledge.idle();
  expect((await getDocumentText(given.knowledge, curator, liarId)).text).toContain('- a.txt: This file is damaged');
});

test('names that lead out of an archive are shown without their steps, and lead nowhere', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  const names = ['../../up.md', '/root.md', 'C:\\windows\\win.md', 'a/../b\u202e.md'];
  const members = names.map((name, i) => note(name, `kettle ${i}`));
  await send(curator, corpusId, 'out.zip', makeZip(members));
  await given.knowledge.idle();
  const shown = (await documentsOf(curator, corpusId)).map(({ filename }) => filename);
  expect(shown.toSorted()).toEqual(['C:/windows/win.md', 'a/b.md', 'out.zip', 'root.md', 'up.md']);
});
