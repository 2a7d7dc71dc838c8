import { afterEach, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { createCorpus, listCorpora } from './corpora.ts';
import { cancelDocument, deleteDocument, getDocument, getDocumentText } from './documents.ts';
import { parseDocument } from './ingest/parse-document.ts';
import { ParseError } from './ingest/parse-error.ts';
import { purgeDocument, restoreDocument } from './recycle-bin.ts';
import { reprocessDocument } from './reprocess-document.ts';
import { searchKnowledge } from './search.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge, wordEmbedder } from './testing/given-knowledge.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge;
afterEach(() => given.close());
const signal = new AbortController().signal;
const parts = 100;
const textAbout = (animal: string) =>
  Array.from({ length: parts }, (_, i) => `## Part ${i}\n\nSentence number ${i} about ${animal}.`).join('\n\n');

/** Reads okapis of every file at first; what `reader.read` is later. */
function changingReader() {
  const reader = { read: () => Promise.resolve(textAbout('okapis')), reads: 0 };
  const parseFile: typeof parseDocument = async (file, options) => {
    reader.reads += 1;
    return parseDocument({ ...file, bytes: Buffer.from(await reader.read()) }, options);
  };
  return { reader, parseFile };
}

async function givenDocument(): Promise<{ curator: Actor; documentId: string }> {
  const curator = await given.user('curator');
  const corpus = await createCorpus(given.knowledge, curator, { name: 'Animals' });
  const body = bodyOf('a file');
  const file = { corpusId: corpus.id, filename: 'animals.md', body };
  const { documentId } = await uploadDocument(given.knowledge, curator, file);
  await given.knowledge.idle();
  return { curator, documentId };
}

async function found(actor: Actor, query: string) {
  const { passages } = await searchKnowledge(given.knowledge, actor, { query, limit: 5 }, signal);
  return passages.map(({ text, document_version: version }) => ({ version, isOkapi: text.includes('okapis') }));
}

test('the old version is searched until the new one is ready; then the new one is, alone', async () => {
  const { reader, parseFile } = changingReader();
  given = await givenKnowledge({ parseFile });
  const { curator, documentId } = await givenDocument();
  const { promise, resolve } = Promise.withResolvers<string>();
  reader.read = () => promise;
  expect(await reprocessDocument(given.knowledge, curator, documentId)).toBe(2);
  expect(await reprocessDocument(given.knowledge, curator, documentId), 'asked again').toBe(2);
  expect(await getDocument(given.knowledge, curator, documentId)).toMatchObject({
    state: 'ready',
    version: 1,
    next: { version: 2 },
  });
  expect((await found(curator, 'sentence okapis'))[0]).toEqual({ version: 1, isOkapi: true });
  resolve(textAbout('tapirs').slice(0, -50));
  await given.knowledge.idle();
  expect(reader.reads).toBe(2);
  const document = await getDocument(given.knowledge, curator, documentId);
  expect(document).toMatchObject({ state: 'ready', version: 2 });
  expect(document.next).toBeUndefined();
  const hits = await found(curator, 'sentence about okapis and tapirs');
  expect(hits.length).toBeGreaterThan(0);
  expect(hits.every(({ version, isOkapi }) => version === 2 && !isOkapi)).toBe(true);
  const [corpus] = await listCorpora(given.knowledge, curator);
  expect(corpus?.passages).toBe(document.passages);
  expect(given.count('select count(*) from passages where version = 2')).toBe(document.passages);
  expect((await getDocumentText(given.knowledge, curator, documentId, 1)).text).toContain('okapis');
});

test('a reading that fails keeps the old version and says why; it can be asked for again', async () => {
  const { reader, parseFile } = changingReader();
  given = await givenKnowledge({ parseFile });
  const { curator, documentId } = await givenDocument();
  reader.read = () => Promise.reject(new ParseError('broken'));
  await reprocessDocument(given.knowledge, curator, documentId);
  await given.knowledge.idle();
  const document = await getDocument(given.knowledge, curator, documentId);
  expect(document).toMatchObject({ state: 'ready', version: 1, next: { version: 2, state: 'failed' } });
  expect(document.error).toBeUndefined();
  expect(document.next?.error).toMatchObject({ code: 'broken', message: expect.stringMatching(/\w+ \w+/) });
  expect((await found(curator, 'sentence okapis'))[0]).toEqual({ version: 1, isOkapi: true });
  reader.read = () => Promise.resolve(textAbout('tapirs'));
  expect(await reprocessDocument(given.knowledge, curator, documentId)).toBe(2);
  await given.knowledge.idle();
  expect(await getDocument(given.knowledge, curator, documentId)).toMatchObject({ version: 2, passages: parts });
});

test('a process that is lost while it embeds the next version is continued: nothing is read, stored or embedded twice', async () => {
  const { reader, parseFile } = changingReader();
  const embedded: string[] = [];
  const inner = wordEmbedder(embedded);
  const { promise: stalled, resolve: stall } = Promise.withResolvers<void>();
  let left = Number.POSITIVE_INFINITY;
  const embedder: typeof inner = {
    ...inner,
    embed(asked, options) {
      if (left-- > 0) return inner.embed(asked, options);
      stall();
      return new Promise((_resolve, reject) => {
        options?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    },
  };
  given = await givenKnowledge({ parseFile, openEmbedder: () => Promise.resolve(embedder) });
  const { curator, documentId } = await givenDocument();
  embedded.length = 0;
  left = 2;
  reader.read = () => Promise.resolve(textAbout('tapirs'));
  await reprocessDocument(given.knowledge, curator, documentId);
  await stalled;
  expect((await getDocument(given.knowledge, curator, documentId)).version).toBe(1);
  const more: string[] = [];
  const other = await given.another({ parseFile, openEmbedder: () => Promise.resolve(wordEmbedder(more)) });
  await other.idle();
  expect(reader.reads).toBe(2);
  expect(embedded.length + more.length).toBe(parts);
  expect(await getDocument(given.knowledge, curator, documentId)).toMatchObject({ version: 2, passages: parts });
  for (const version of [1, 2]) {
    const ofVersion = `from passages where version = ${version}`;
    expect(given.count(`select count(distinct ordinal) ${ofVersion}`)).toBe(parts);
    expect(given.count(`select count(*) from passage_vectors where rowid in (select rowid ${ofVersion})`)).toBe(parts);
  }
});

test('an old version goes after a time, unless a citation names it', async () => {
  const { parseFile } = changingReader();
  given = await givenKnowledge({ parseFile });
  const { curator, documentId } = await givenDocument();
  for (const version of [2, 3]) {
    expect(await reprocessDocument(given.knowledge, curator, documentId)).toBe(version);
    await given.knowledge.idle();
  }
  const versions = () => given.count(`select group_concat(version, '') from (select version from document_texts)`);
  given.change(`insert into citations (session_id, seq, n, turn_id, corpus_id, document_id, document_version, passage_id,
    start_offset, end_offset) select 's', 1, 1, 't', corpus_id, document_id, 1, passage_id, 0, 1 from passages limit 1`);
  const sweep = async (versionsBefore: string) => {
    const args = { maxRows: 30, at: given.knowledge.clock.now(), versionsBefore };
    while ((await given.store.write.sweepDeleted(args)).more);
  };
  await sweep('2000');
  expect(versions()).toBe(123);
  await sweep('9');
  expect(versions()).toBe(13);
  expect(given.count('select count(*) from passages')).toBe(2 * parts);
  given.change('delete from citations');
  await sweep('9');
  expect(versions()).toBe(3);
  expect(given.count('select count(*) from document_versions')).toBe(0);
  expect((await found(curator, 'sentence okapis'))[0]).toEqual({ version: 3, isOkapi: true });
});

test('reading again is cancelled without harm, and ends with the document', async () => {
  const { reader, parseFile } = changingReader();
  given = await givenKnowledge({ parseFile });
  const { curator, documentId } = await givenDocument();
  const { promise, resolve } = Promise.withResolvers<string>();
  reader.read = () => promise;
  await reprocessDocument(given.knowledge, curator, documentId);
  expect(await cancelDocument(given.knowledge, curator, documentId)).toBe('ready');
  const { next } = await getDocument(given.knowledge, curator, documentId);
  expect(next).toMatchObject({ state: 'failed', error: { code: 'cancelled' } });
  await reprocessDocument(given.knowledge, curator, documentId);
  await deleteDocument(given.knowledge, curator, documentId);
  await expect(reprocessDocument(given.knowledge, curator, documentId)).rejects.toMatchObject({ code: 'gone' });
  expect(given.count(`select count(*) from jobs where state in ('queued', 'running')`)).toBe(0);
  expect(await restoreDocument(given.knowledge, curator, documentId)).toBe('ready');
  const restored = await getDocument(given.knowledge, curator, documentId);
  expect(restored).toMatchObject({ version: 1, next: { state: 'failed', error: { code: 'cancelled' } } });
  await deleteDocument(given.knowledge, curator, documentId);
  await purgeDocument(given.knowledge, curator, documentId);
  expect(given.count('select count(*) from document_versions')).toBe(0);
  resolve('too late');
});

test('who may not curate the corpus cannot have its documents read again', async () => {
  const { parseFile } = changingReader();
  given = await givenKnowledge({ parseFile });
  const { documentId } = await givenDocument();
  const member = await given.user('member');
  await expect(reprocessDocument(given.knowledge, member, documentId)).rejects.toMatchObject({ code: 'forbidden' });
  expect(given.count('select count(*) from document_versions')).toBe(0);
});

test('a document of several versions that is purged leaves no passage of any', async () => {
  const { parseFile } = changingReader();
  given = await givenKnowledge({ parseFile });
  const { curator, documentId } = await givenDocument();
  await reprocessDocument(given.knowledge, curator, documentId);
  await given.knowledge.idle();
  expect((await getDocument(given.knowledge, curator, documentId)).version).toBe(2);
  expect(given.count('select count(distinct version) from passages')).toBe(2);
  await deleteDocument(given.knowledge, curator, documentId);
  await restoreDocument(given.knowledge, curator, documentId);
  expect(given.count('select count(distinct version) from passages')).toBe(2);
  await deleteDocument(given.knowledge, curator, documentId);
  await purgeDocument(given.knowledge, curator, documentId);
  await given.knowledge.idle();
  for (const table of ['passages', 'passage_vectors', 'document_texts', 'document_versions']) {
    expect(given.count(`select count(*) from ${table}`), table).toBe(0);
  }
});
