import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { createCorpus, deleteCorpus, listCorpora, updateCorpus } from './corpora.ts';
import { cancelDocument, deleteDocument, getDocument, getDocumentText, openOriginal } from './documents.ts';
import { parseDocument } from './ingest/parse-document.ts';
import { ParseError } from './ingest/parse-error.ts';
import { purgeCorpus, purgeDocument, restoreDocument } from './recycle-bin.ts';
import { replaceOriginal } from './replace-original.ts';
import { reprocessDocument } from './reprocess-document.ts';
import { searchKnowledge } from './search.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from './testing/given-knowledge.ts';
import { makeZip } from './testing/make-zip.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge;
let curator: Actor;
let corpusId: string;
let documentId: string;
afterEach(() => given.close());

const okapis = '# Okapis\n\nThe okapi eats leaves.';
const tapirs = '# Tapirs\n\nThe tapir eats fruit, and swims.';

async function begin(options: Parameters<typeof givenKnowledge>[0] = {}): Promise<void> {
  given = await givenKnowledge(options);
  curator = await given.user('curator');
  ({ id: corpusId } = await createCorpus(given.knowledge, curator, { name: 'Animals' }));
  documentId = await add('okapis.md', okapis);
}

async function add(filename: string, content: string): Promise<string> {
  const { knowledge } = given;
  const added = await uploadDocument(knowledge, curator, { corpusId, filename, body: bodyOf(content) });
  await knowledge.idle();
  return added.documentId;
}

const send = (filename: string, content: string | Uint8Array, actor = curator) =>
  replaceOriginal(given.knowledge, actor, { documentId, filename, body: bodyOf(content) });
const look = () => getDocument(given.knowledge, curator, documentId);
const files = () => readdir(join(given.dataDir, 'files'));

async function originalText(version?: number): Promise<string> {
  const { stream } = await openOriginal(given.knowledge, curator, documentId, version);
  return new Response(stream).text();
}

async function found(query: string): Promise<string[]> {
  const signal = new AbortController().signal;
  const { passages } = await searchKnowledge(given.knowledge, curator, { query, limit: 5 }, signal);
  return passages.map(({ text }) => text);
}

/** What the ten-minute sweep does, and a day later. */
async function sweep(): Promise<void> {
  given.change(`update document_versions set updated_at = '2000'`);
  given.knowledge.sweeper.ring();
  await given.knowledge.sweeper.idle();
}

/** As when an answer had quoted from a version. */
const cite = (version: number) =>
  given.change(`insert into citations (session_id, seq, n, turn_id, corpus_id, document_id, document_version,
    passage_id, start_offset, end_offset) select 's', 1, 1, 't', corpus_id, document_id, version, passage_id, 0, 1
    from passages where version = ${version} limit 1`);

test('the new file is the next version: until it is read the old one is searched, from then on the new one', async () => {
  const { promise: goOn, resolve } = Promise.withResolvers<void>();
  let reads = 0;
  await begin({
    async parseFile(file, options) {
      reads += 1;
      if (reads > 1) await goOn;
      return parseDocument(file, options);
    },
  });
  expect(await send('tapirs of 2026.md', tapirs)).toEqual({ version: 2, isSame: false });
  expect(await send('tapirs of 2026.md', tapirs), 'sent again').toEqual({ version: 2, isSame: true });
  await expect(send('other.md', '# Other')).rejects.toMatchObject({
    code: 'conflict',
    detail: expect.stringMatching(/Version 2 is being read/),
  });
  expect(await look()).toMatchObject({ version: 1, filename: 'okapis.md', title: 'Okapis', next: { version: 2 } });
  expect(await originalText()).toBe(okapis);
  expect(await found('okapi leaves')).toHaveLength(1);
  resolve();
  await given.knowledge.idle();
  const now = await look();
  expect(now).toMatchObject({ version: 2, filename: 'tapirs of 2026.md', title: 'Tapirs', bytes: tapirs.length });
  expect(now.next).toBeUndefined();
  expect([await originalText(), await originalText(2), await originalText(1)]).toEqual([tapirs, tapirs, okapis]);
  const [corpus] = await listCorpora(given.knowledge, curator);
  expect([corpus?.documents, corpus?.passages, corpus?.bytes]).toEqual([1, now.passages, tapirs.length]);
  expect((await found('okapi leaves')).join('')).not.toContain('okapi');
  expect(await getDocumentText(given.knowledge, curator, documentId, 1)).toMatchObject({ title: 'Okapis', version: 1 });
});

test('what changes nothing and what is refused stores no file', async () => {
  await begin();
  await add('tapirs.md', tapirs);
  const before = await files();
  expect(await send('again.md', okapis)).toEqual({ version: 1, isSame: true });
  await expect(send('tapirs.md', tapirs)).rejects.toMatchObject({
    code: 'conflict',
    detail: expect.stringMatching(/as “Tapirs”/),
  });
  const zip = makeZip([{ name: 'a.md', content: okapis }]);
  await expect(send('a.zip', zip)).rejects.toMatchObject({
    code: 'conflict',
    detail: expect.stringMatching(/archive/),
  });
  const largeZip = makeZip([{ name: 'a.md', content: okapis.repeat(90_000), isStored: true }]);
  await expect(send('large.zip', largeZip)).rejects.toMatchObject({
    code: 'conflict',
    detail: expect.stringMatching(/archive/),
  });
  await expect(send('none.md', '')).rejects.toMatchObject({ code: 'bad_request' });
  await expect(send('lie.pdf', 'no PDF')).rejects.toMatchObject({ code: 'unsupported_media_type' });
  await expect(send('new.md', 'New', await given.user('member'))).rejects.toMatchObject({ code: 'forbidden' });
  expect(await look()).toMatchObject({ version: 1, filename: 'okapis.md' });
  expect(await files()).toEqual(before);
  expect(given.count('select count(*) from document_versions')).toBe(0);
});

test('neither an archive nor what is not ready gets another original', async () => {
  await begin();
  const body = bodyOf(makeZip([{ name: 'tapirs.md', content: tapirs }]));
  ({ documentId } = await uploadDocument(given.knowledge, curator, { corpusId, filename: 'a.zip', body }));
  await given.knowledge.idle();
  await expect(send('new.md', '# New')).rejects.toMatchObject({
    code: 'conflict',
    detail: expect.stringMatching(/An archive/),
  });
  documentId = await add('broken.pdf', '%PDF-1.7\nno page\n');
  expect((await look()).state).toBe('failed');
  await expect(send('new.md', '# New')).rejects.toMatchObject({
    code: 'conflict',
    detail: expect.stringMatching(/not ready/),
  });
});

test('an archived corpus takes no other original, whenever it was archived', async () => {
  await begin();
  const archive = () => updateCorpus(given.knowledge, curator, corpusId, { archived: true });
  await archive();
  await expect(send('tapirs.md', tapirs)).rejects.toMatchObject({ code: 'corpus_archived' });
  await updateCorpus(given.knowledge, curator, corpusId, { archived: false });
  const body = async function* () {
    yield* bodyOf(tapirs);
    await archive();
  };
  const sent = replaceOriginal(given.knowledge, curator, { documentId, filename: 'tapirs.md', body: body() });
  await expect(sent).rejects.toMatchObject({ code: 'corpus_archived' });
  expect((await look()).next).toBeUndefined();
});

test('bytes that another document is being read from are refused as well', async () => {
  let isStopped = false;
  const { promise: goOn, resolve } = Promise.withResolvers<void>();
  await begin({
    async parseFile(file, options) {
      if (isStopped) await goOn;
      return parseDocument(file, options);
    },
  });
  const other = await add('other.md', '# Other\n\nSomething else.');
  isStopped = true;
  await send('tapirs.md', tapirs);
  documentId = other;
  await expect(send('tapirs.md', tapirs)).rejects.toMatchObject({
    code: 'conflict',
    detail: expect.stringMatching(/as “Okapis”/),
  });
  resolve();
});

test('a file that cannot be read leaves the old version with a notice, and is removed; then the same or another can be given', async () => {
  let fault: ParseError | undefined;
  await begin({ parseFile: (file, options) => (fault ? Promise.reject(fault) : parseDocument(file, options)) });
  const before = await files();
  fault = new ParseError('broken');
  await send('tapirs.md', tapirs);
  await given.knowledge.idle();
  expect(await look()).toMatchObject({
    version: 1,
    state: 'ready',
    next: { state: 'failed', error: { code: 'broken' } },
  });
  expect(await originalText()).toBe(okapis);
  await expect(originalText(2)).rejects.toMatchObject({ code: 'not_found' });
  given.knowledge.sweeper.ring();
  await given.knowledge.sweeper.idle();
  expect(await files()).toEqual(before);
  fault = undefined;
  await send('tapirs.md', tapirs);
  await given.knowledge.idle();
  expect(await look()).toMatchObject({ version: 2, title: 'Tapirs' });
  expect(await originalText()).toBe(tapirs);
});

test('an old original is kept with its text while a citation names the version, and goes with it', async () => {
  await begin();
  await send('tapirs.md', tapirs);
  await given.knowledge.idle();
  cite(1);
  await sweep();
  expect(await originalText(1)).toBe(okapis);
  expect(await files()).toHaveLength(2);
  given.change('delete from citations');
  await sweep();
  await expect(originalText(1)).rejects.toMatchObject({ code: 'not_found' });
  expect(await files()).toHaveLength(1);
  expect(await originalText()).toBe(tapirs);
  expect(given.count('select count(*) from files_to_remove')).toBe(0);
});

test('an original that versions share is kept until the last of them goes', async () => {
  await begin();
  await reprocessDocument(given.knowledge, curator, documentId);
  await given.knowledge.idle();
  cite(1);
  await reprocessDocument(given.knowledge, curator, documentId);
  await cancelDocument(given.knowledge, curator, documentId);
  await send('tapirs.md', tapirs);
  await given.knowledge.idle();
  expect([await originalText(1), await originalText(2)]).toEqual([okapis, okapis]);
  await sweep();
  await expect(originalText(2)).rejects.toMatchObject({ code: 'not_found' });
  expect(await originalText(1)).toBe(okapis);
  given.change('delete from citations');
  await sweep();
  expect(await files()).toHaveLength(1);
});

test('a version that is read from the current original leaves it there, whatever becomes of it', async () => {
  await begin();
  await reprocessDocument(given.knowledge, curator, documentId);
  await cancelDocument(given.knowledge, curator, documentId);
  await sweep();
  expect(await originalText()).toBe(okapis);
  await reprocessDocument(given.knowledge, curator, documentId);
  await given.knowledge.idle();
  await sweep();
  expect(await originalText()).toBe(okapis);
});

test('the sweep of files leaves those of old versions and of a version that is being read', async () => {
  await begin();
  await send('tapirs.md', tapirs);
  await given.knowledge.idle();
  const named = await given.store.scan.fileKeysInUse({ fileKeys: [...(await files()), 'another'] });
  expect(named.toSorted()).toEqual((await files()).toSorted());
});

test('a file that was to be removed by a process that was killed is removed by the next', async () => {
  await begin();
  await send('tapirs.md', tapirs);
  await given.knowledge.idle();
  const args = { maxRows: 100, at: given.knowledge.clock.now(), versionsBefore: '9' };
  while ((await given.store.write.sweepDeleted(args)).more);
  expect(await files()).toHaveLength(2);
  given.knowledge.sweeper.ring();
  await given.knowledge.sweeper.idle();
  expect(await files()).toHaveLength(1);
  expect(given.count('select count(*) from files_to_remove')).toBe(0);
});

test('the bin keeps all originals of a document and gives them back; purging removes them', async () => {
  await begin();
  await send('tapirs.md', tapirs);
  await given.knowledge.idle();
  cite(1);
  await deleteDocument(given.knowledge, curator, documentId);
  await sweep();
  await restoreDocument(given.knowledge, curator, documentId);
  expect([await originalText(1), await originalText()]).toEqual([okapis, tapirs]);
  await deleteDocument(given.knowledge, curator, documentId);
  await purgeDocument(given.knowledge, curator, documentId);
  await given.knowledge.idle();
  expect(await files()).toEqual([]);
});

test('deleting a document, or its corpus, ends what it was being read from', async () => {
  let isStopped = false;
  await begin({
    parseFile: (file, options) => (isStopped ? new Promise(() => undefined) : parseDocument(file, options)),
  });
  const before = await files();
  isStopped = true;
  await send('tapirs.md', tapirs);
  await deleteDocument(given.knowledge, curator, documentId);
  given.knowledge.sweeper.ring();
  await given.knowledge.sweeper.idle();
  expect(await files()).toEqual(before);
  await restoreDocument(given.knowledge, curator, documentId);
  await send('tapirs.md', tapirs);
  await deleteCorpus(given.knowledge, curator, corpusId);
  await purgeCorpus(given.knowledge, curator, corpusId);
  await vi.waitUntil(async () => (await files()).length === 0, 30_000);
});
