import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Document as DocxDocument, HeadingLevel, Packer, Paragraph } from 'docx';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { afterEach, expect, test, vi } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { systemClock } from '../clock.ts';
import { everyoneGroupId } from '../contract/access.ts';
import { byServer } from '../contract/audit.ts';
import type { Document } from '../contract/documents.ts';
import { AppError } from '../errors.ts';
import { createCorpus, deleteCorpus, getCorpus, updateCorpus } from './corpora.ts';
import { deleteDocument, getDocument, getDocumentText, listDocuments, openOriginal } from './documents.ts';
import { purgeCorpus, purgeDocument } from './recycle-bin.ts';
import { openPassage, searchKnowledge } from './search.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge, wordEmbedder } from './testing/given-knowledge.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge;
afterEach(() => {
  vi.restoreAllMocks();
  return given.close();
});
const signal = new AbortController().signal;

async function upload(
  actor: Actor,
  corpusId: string,
  filename: string,
  content: string | Uint8Array,
): Promise<Document> {
  const { documentId } = await uploadDocument(given.knowledge, actor, { corpusId, filename, body: bodyOf(content) });
  await given.knowledge.idle();
  return getDocument(given.knowledge, actor, documentId);
}

/** Sends a little and then nothing. */
async function* mute(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('begin');
  await new Promise(() => {});
}

/** Sends a little again and again. */
async function* trickle(): AsyncGenerator<Uint8Array> {
  for (;;) {
    yield Buffer.from('.');
    await pause(5);
  }
}

async function givenCorpus(): Promise<{ curator: Actor; corpusId: string }> {
  const curator = await given.user('curator');
  const corpus = await createCorpus(given.knowledge, curator, { name: `Corpus of ${curator.username}` });
  return { curator, corpusId: corpus.id };
}

async function pdfOf(pages: string[]): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const text of pages) pdf.addPage([595, 842]).drawText(text, { x: 50, y: 760, size: 12, font, maxWidth: 480 });
  return pdf.save();
}

async function expectCode(work: Promise<unknown>, code: string): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).code).toBe(code);
}

test('a PDF, a DOCX, an HTML page and Markdown become passages whose offsets cut exactly their text', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  const docx = new DocxDocument({
    sections: [
      {
        children: [
          new Paragraph({ text: 'Holiday rules', heading: HeadingLevel.HEADING_1 }),
          new Paragraph('Everybody has thirty days of holiday each year.'),
        ],
      },
    ],
  });
  const files: [string, string | Uint8Array][] = [
    ['pumps.pdf', await pdfOf(['The pump is primed by hand.', 'The valve opens at four bar.'])],
    ['holiday.docx', await Packer.toBuffer(docx)],
    [
      'page.html',
      '<!doctype html><title>Tea</title><main><h1>Tea</h1><p>Green tea is steeped at eighty degrees.</p></main>',
    ],
    ['notes.md', '# Notes\n\nThe 𝔸lpha team — “Größe” — meets on Mondays.\n\n## Later\n\nNothing yet.\n'],
  ];
  for (const [filename, content] of files) {
    const document = await upload(curator, corpusId, filename, content);
    expect(document, filename).toMatchObject({ state: 'ready', progress: 1 });
    expect(document.passages).toBeGreaterThan(0);
  }
  const corpus = await getCorpus(given.knowledge, curator, corpusId);
  expect(corpus.documents).toBe(4);
  expect(corpus.passages).toBe(given.count('select count(*) from passages'));
  expect(given.count('select count(*) from passage_vectors')).toBe(corpus.passages);

  for (const query of [
    'at how many bar does the valve open',
    'days of holiday',
    'green tea degrees',
    'team meets mondays',
  ]) {
    const { passages, mode } = await searchKnowledge(given.knowledge, curator, { query }, signal);
    expect(mode).toBe('hybrid');
    for (const passage of passages) {
      const { text } = await getDocumentText(given.knowledge, curator, passage.document_id, passage.document_version);
      expect(text.slice(passage.start, passage.end)).toBe(passage.text);
    }
  }
  const [valve] = (await searchKnowledge(given.knowledge, curator, { query: 'valve bar' }, signal)).passages;
  expect(valve).toMatchObject({ page: 2, document_version: 1, score: 1 });
  const [holiday] = (await searchKnowledge(given.knowledge, curator, { query: 'days of holiday' }, signal)).passages;
  expect(holiday?.heading_path).toEqual(['Holiday rules']);
});

test('what is no readable document is refused with its reason, or fails visibly with one', async () => {
  given = await givenKnowledge({ maxDocumentBytes: 100_000 });
  const { curator, corpusId } = await givenCorpus();
  const send = (filename: string, content: string | Uint8Array) =>
    uploadDocument(given.knowledge, curator, { corpusId, filename, body: bodyOf(content) });
  await expectCode(send('empty.md', ''), 'bad_request');
  await expectCode(uploadDocument(given.knowledge, curator, { corpusId, filename: 'x', body: null }), 'bad_request');
  await expectCode(send('large.txt', 'a'.repeat(100_001)), 'too_large');
  await expectCode(send('image.md', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')), 'unsupported_media_type');
  await expectCode(send('text.pdf', 'Just some text.'), 'unsupported_media_type');
  await expectCode(
    uploadDocument(given.knowledge, curator, { corpusId, filename: 'a', body: bodyOf('x'), announcedBytes: 1e9 }),
    'too_large',
  );
  expect(await readdir(join(given.dataDir, 'files'))).toEqual([]);

  const whole = await pdfOf(['This page will be cut off in the middle of everything it holds.']);
  const broken = await upload(curator, corpusId, 'broken.pdf', whole.subarray(0, 300));
  expect(broken).toMatchObject({ state: 'failed', passages: 0 });
  expect(broken.error?.message).toMatch(/damaged|broke/);
  const scanned = await upload(curator, corpusId, 'scanned.pdf', await pdfOf(['']));
  expect(scanned.error?.code).toBe('no_text');
  const { documents } = await listDocuments(given.knowledge, curator, corpusId, {});
  expect(documents.map((each) => each.state)).toEqual(['failed', 'failed']);
});

test('a document tells what of it was not read, in the list too', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  const half = await upload(curator, corpusId, 'half.pdf', await pdfOf(['The valve opens at four bar.', '', '']));
  expect(half).toMatchObject({
    state: 'ready',
    pages: 3,
    notices: [expect.stringMatching(/^No text on pages 2-3\. /)],
  });
  const whole = await upload(curator, corpusId, 'whole.md', '# Whole');
  const { documents } = await listDocuments(given.knowledge, curator, corpusId, {});
  expect(documents.map(({ notices }) => notices).toSorted((a, b) => a.length - b.length)).toEqual([[], half.notices]);
  expect(whole.notices).toEqual([]);
});

test('an upload whose caller leaves, or that falls silent, leaves no file and no row', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  const leaving = new AbortController();
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('begin');
    leaving.abort();
    await new Promise(() => {});
  }
  await expectCode(
    uploadDocument(given.knowledge, curator, { corpusId, filename: 'a.md', body: endless(), signal: leaving.signal }),
    'bad_request',
  );
  await expectCode(given.knowledge.files.receive(mute(), { maxBytes: 100, idleMs: 20 }), 'bad_request');
  expect(await readdir(join(given.dataDir, 'files'))).toEqual([]);
  expect(given.count('select count(*) from documents')).toBe(0);
});

test('an upload that trickles on and on is given up', async () => {
  given = await givenKnowledge({ uploadDeadlineMs: 100 });
  const { curator, corpusId } = await givenCorpus();
  const trickling = uploadDocument(given.knowledge, curator, { corpusId, filename: 'a.md', body: trickle() });
  await expectCode(trickling, 'bad_request');
  expect(await readdir(join(given.dataDir, 'files'))).toEqual([]);
});

test('the same bytes again are the document that is there', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  const one = await upload(curator, corpusId, 'one.md', '# One\n\nOne and only.');
  const again = await upload(curator, corpusId, 'copy.md', '# One\n\nOne and only.');
  expect(again.document_id).toBe(one.document_id);
  expect(await readdir(join(given.dataDir, 'files'))).toHaveLength(1);
  expect((await getCorpus(given.knowledge, curator, corpusId)).documents).toBe(1);
});

test('a document deleted for good loses its passages, words, vectors, text and file, and it answers gone', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  const kept = await upload(curator, corpusId, 'kept.md', '# Kept\n\nZebras are striped.');
  const long = Array.from({ length: 60 }, (_, i) => `## Part ${i}\n\nQuagga ${i} was seen by the river.`).join('\n\n');
  const document = await upload(curator, corpusId, 'long.md', long);
  expect(document.passages).toBeGreaterThan(20);
  expect((await searchKnowledge(given.knowledge, curator, { query: 'quagga' }, signal)).passages[0]?.text).toMatch(
    /Quagga/,
  );

  await deleteDocument(given.knowledge, curator, document.document_id);
  const { passages } = await searchKnowledge(given.knowledge, curator, { query: 'quagga' }, signal);
  expect(passages.filter((passage) => passage.document_id === document.document_id)).toEqual([]);
  await purgeDocument(given.knowledge, curator, document.document_id);
  await given.knowledge.idle();
  await deleteDocument(given.knowledge, curator, document.document_id);
  await purgeDocument(given.knowledge, curator, document.document_id);
  for (const table of ['passages', 'passage_vectors']) {
    expect(given.count(`select count(*) from ${table}`), table).toBe(kept.passages);
  }
  expect(given.count('select count(*) from document_texts')).toBe(1);
  expect(
    (await searchKnowledge(given.knowledge, curator, { query: 'quagga' }, signal)).passages.map(
      (each) => each.document_id,
    ),
  ).not.toContain(document.document_id);
  expect(await readdir(join(given.dataDir, 'files'))).toHaveLength(1);
  expect(await getCorpus(given.knowledge, curator, corpusId)).toMatchObject({ documents: 1, passages: kept.passages });
  await expectCode(getDocument(given.knowledge, curator, document.document_id), 'gone');
  await expectCode(openOriginal(given.knowledge, curator, document.document_id), 'gone');
});

test('deleting a corpus hides it at once, deleting it for good clears everything below it; its name is free again', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  const document = await upload(curator, corpusId, 'a.md', '# A\n\nOkapi.');
  const { name } = await getCorpus(given.knowledge, curator, corpusId);
  await expectCode(createCorpus(given.knowledge, curator, { name: name.toUpperCase() }), 'name_taken');
  await deleteCorpus(given.knowledge, curator, corpusId);
  await expectCode(getDocument(given.knowledge, curator, document.document_id), 'gone');
  await purgeCorpus(given.knowledge, curator, corpusId);
  await given.knowledge.idle();
  for (const table of ['passages', 'passage_vectors', 'document_texts', 'grants']) {
    expect(given.count(`select count(*) from ${table}`), table).toBe(0);
  }
  expect(await readdir(join(given.dataDir, 'files'))).toEqual([]);
  const again = await createCorpus(given.knowledge, curator, { name });
  await expectCode(updateCorpus(given.knowledge, curator, corpusId, { name: 'x' }), 'not_found');
  expect(again.id).not.toBe(corpusId);
});

test('a user without a grant finds nothing by search, text, original, passage or list, and may not write', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  const document = await upload(curator, corpusId, 'secret.md', '# Secret\n\nThe password is swordfish.');
  const member = await given.user('member');
  const query = { query: 'swordfish' };
  const [found] = (await searchKnowledge(given.knowledge, member, query, signal)).passages;
  expect(found?.text).toMatch(/swordfish/);
  await expectCode(deleteDocument(given.knowledge, member, document.document_id), 'forbidden');
  await expectCode(
    uploadDocument(given.knowledge, member, { corpusId, filename: 'a.md', body: bodyOf('x') }),
    'forbidden',
  );

  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(given.path);
  database.exec('delete from grants');
  database.close();
  expect((await searchKnowledge(given.knowledge, member, query, signal)).passages).toEqual([]);
  await expectCode(searchKnowledge(given.knowledge, member, { ...query, corpora: [corpusId] }, signal), 'not_found');
  await expectCode(getDocument(given.knowledge, member, document.document_id), 'not_found');
  await expectCode(getDocumentText(given.knowledge, member, document.document_id), 'not_found');
  await expectCode(openOriginal(given.knowledge, member, document.document_id), 'not_found');
  await expectCode(deleteDocument(given.knowledge, member, document.document_id), 'not_found');
  await expectCode(listDocuments(given.knowledge, member, corpusId, {}), 'not_found');
  expect(await openPassage(given.knowledge, member, found?.passage_id ?? '')).toBeUndefined();
  expect(await openPassage(given.knowledge, curator, found?.passage_id ?? '')).toMatchObject({ text: found?.text });
});

test('an original that is being sent breaks off once its reader may not read it any more', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  const reader = await given.user('member');
  const sentence = 'Tea is kept dry and dark. ';
  const { document_id } = await upload(curator, corpusId, 'tea.txt', sentence.repeat(20_000));
  const { stream, bytes } = await openOriginal(given.knowledge, reader, document_id);
  const pieces = stream.getReader();
  let read = (await pieces.read()).value?.length ?? 0;
  await given.store.write.removeGrant({ ...everyonesGrant(corpusId), at: systemClock.now(), by: byServer });
  const later = performance.now() + 4_000;
  vi.spyOn(performance, 'now').mockReturnValue(later);
  const rest = async () => {
    for (;;) {
      const piece = await pieces.read();
      if (piece.done) return;
      read += piece.value.length;
    }
  };
  await expectCode(rest(), 'not_found');
  expect(read).toBeLessThan(bytes);
});

const everyonesGrant = (corpusId: string) =>
  ({ groupId: everyoneGroupId, kind: 'corpus', objectId: corpusId }) as const;

test('without an embedder documents are found by words, and get their vectors when there is one again', async () => {
  given = await givenKnowledge({ openEmbedder: () => Promise.reject(new Error('there is no model here')) });
  const { curator, corpusId } = await givenCorpus();
  const document = await upload(curator, corpusId, 'a.md', '# Animals\n\nThe okapi lives in the forest.');
  expect(document.state).toBe('ready');
  expect(given.knowledge.embedder.state()).toEqual({ state: 'unavailable', reason: 'there is no model here' });
  const words = await searchKnowledge(given.knowledge, curator, { query: 'okapi' }, signal);
  expect(words.mode).toBe('lexical');
  expect(words.passages).toHaveLength(1);
  expect(given.count('select count(*) from passage_vectors')).toBe(0);

  const later = await given.another();
  await later.idle();
  expect(given.count('select count(*) from passage_vectors')).toBe(document.passages);
  const both = await searchKnowledge(later, curator, { query: 'forest' }, signal);
  expect(both).toMatchObject({ mode: 'hybrid', passages: [{ document_id: document.document_id }] });
});

test('what killed uploads left is removed: parts at once, whole files once they are old, named ones never', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  await upload(curator, corpusId, 'a.md', '# A\n\nKept.');
  const cleaner = await given.another();
  await cleaner.idle();
  const orphan = join(given.dataDir, 'files', '11111111-1111-4111-8111-111111111111');
  await writeFile(orphan, 'left by a killed upload');
  await writeFile(`${orphan}.22222222-2222-4222-8222-222222222222.part`, 'cut off in the middle');
  const sweep = () => cleaner.files.sweep((fileKeys) => given.store.scan.fileKeysInUse({ fileKeys }));
  expect(await sweep()).toBe(1);
  expect(await sweep()).toBe(0);
  for (const name of await readdir(join(given.dataDir, 'files'))) {
    await utimes(join(given.dataDir, 'files', name), new Date(0), new Date(0));
  }
  expect(await sweep()).toBe(1);
  expect(await readdir(join(given.dataDir, 'files'))).toHaveLength(1);
});

test('a body that is read once stays for as long as its process, however long that reads, and goes with it', async () => {
  given = await givenKnowledge();
  const { files } = given.knowledge;
  const receive = (maxBytes: number) => files.receiveForNow(bodyOf('an archive'), { maxBytes });
  const [removed, left] = [await receive(100), await receive(100)];
  await removed.remove();
  expect(await readFile(left.path, 'utf8')).toBe('an archive');
  await utimes(left.path, new Date(0), new Date(0));
  const sweep = () => files.sweep((fileKeys) => given.store.scan.fileKeysInUse({ fileKeys }));
  expect(await sweep(), 'while its process lives').toBe(0);
  // It finds the others dead.
  await (await given.another()).idle();
  expect(await readdir(join(given.dataDir, 'files'))).toEqual([]);
  await expect(receive(5)).rejects.toMatchObject({ code: 'too_large' });
  expect(await readdir(join(given.dataDir, 'files'))).toEqual([]);
});

test('embedding asks for each passage once, in the order of the text', async () => {
  const asked: string[] = [];
  given = await givenKnowledge({ openEmbedder: () => Promise.resolve(wordEmbedder(asked)) });
  const { curator, corpusId } = await givenCorpus();
  const text = Array.from({ length: 80 }, (_, i) => `## Part ${i}\n\nSentence number ${i}.`).join('\n\n');
  const document = await upload(curator, corpusId, 'parts.md', text);
  expect(asked).toHaveLength(document.passages);
  expect(new Set(asked).size).toBe(asked.length);
});
