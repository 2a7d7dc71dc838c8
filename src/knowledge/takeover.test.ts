import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Embedder } from '../models/embedder.ts';
import { createCorpus, deleteCorpus, listCorpora } from './corpora.ts';
import { cancelDocument, deleteDocument, getDocument, getDocumentText, retryDocument } from './documents.ts';
import { parseDocument } from './ingest/parse-document.ts';
import { purgeCorpus, purgeDocument } from './recycle-bin.ts';
import { searchKnowledge } from './search.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge, wordEmbedder } from './testing/given-knowledge.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge;
afterEach(() => given.close());
const signal = new AbortController().signal;
const parts = 100;
const longText = Array.from({ length: parts }, (_, i) => `## Part ${i}\n\nSentence number ${i} about okapis.`).join(
  '\n\n',
);

async function givenCorpus(): Promise<{ curator: Actor; corpusId: string }> {
  const curator = await given.user('curator');
  const corpus = await createCorpus(given.knowledge, curator, { name: `Corpus of ${curator.username}` });
  return { curator, corpusId: corpus.id };
}

async function send(actor: Actor, corpusId: string, content: string): Promise<string> {
  const body = bodyOf(content);
  return (await uploadDocument(given.knowledge, actor, { corpusId, filename: 'long.md', body })).documentId;
}

/** An embedder that answers `good` requests and then never again, as in a process that hangs or was killed. */
function stallingEmbedder(good: number, texts: string[]): { embedder: Embedder; stalled: Promise<void> } {
  const { promise: stalled, resolve } = Promise.withResolvers<void>();
  const inner = wordEmbedder(texts);
  let left = good;
  return {
    stalled,
    embedder: {
      ...inner,
      embed(asked, options) {
        if (left-- > 0) return inner.embed(asked, options);
        resolve();
        return new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
        });
      },
    },
  };
}

/** What must be true of the one document whatever happened to its job. */
async function expectWhole(actor: Actor, documentId: string): Promise<void> {
  const document = await getDocument(given.knowledge, actor, documentId);
  expect(document).toMatchObject({ state: 'ready', progress: 1, passages: parts });
  for (const table of ['passages', 'passage_vectors']) {
    expect(given.count(`select count(*) from ${table}`), table).toBe(parts);
  }
  expect(given.count('select count(*) from document_texts')).toBe(1);
  expect(given.count('select count(distinct ordinal) from passages')).toBe(parts);
  expect(given.count('select passage_count from corpora')).toBe(parts);
  const { text } = await getDocumentText(given.knowledge, actor, documentId);
  expect(text).toContain('Sentence number 99');
}

test('a job whose owner was lost while embedding goes on at the next batch; nothing is read, stored or embedded twice', async () => {
  const first: string[] = [];
  const { embedder, stalled } = stallingEmbedder(2, first);
  let reads = 0;
  const parseFile: typeof parseDocument = (file, options) => {
    reads += 1;
    return parseDocument(file, options);
  };
  given = await givenKnowledge({ openEmbedder: () => Promise.resolve(embedder), parseFile });
  const { curator, corpusId } = await givenCorpus();
  const documentId = await send(curator, corpusId, longText);
  await stalled;
  expect(first.length).toBe(64);

  const second: string[] = [];
  const other = await given.another({ openEmbedder: () => Promise.resolve(wordEmbedder(second)), parseFile });
  await other.idle();
  await expectWhole(curator, documentId);
  expect(reads).toBe(1);
  expect(second.length).toBe(parts - 64);
  expect(new Set([...first, ...second]).size).toBe(parts);
  const found = await searchKnowledge(other, curator, { query: 'sentence number 77' }, signal);
  expect(found.passages[0]?.heading_path).toEqual(['Part 77']);
});

test('the old owner, waking up, changes nothing', async () => {
  const { embedder, stalled } = stallingEmbedder(1, []);
  const { promise: woken, resolve: wake } = Promise.withResolvers<Float32Array[]>();
  const sleeping: Embedder = {
    ...embedder,
    embed: (asked, options) => Promise.race([embedder.embed(asked, options), woken]),
  };
  given = await givenKnowledge({ openEmbedder: () => Promise.resolve(sleeping) });
  const { curator, corpusId } = await givenCorpus();
  const documentId = await send(curator, corpusId, longText);
  await stalled;
  const other = await given.another();
  await other.idle();
  const before = given.count('select sum(length(hex(vector))) from passage_vectors');
  wake(Array.from({ length: 32 }, () => new Float32Array(64).fill(9)));
  await given.knowledge.idle();
  await expectWhole(curator, documentId);
  expect(given.count('select sum(length(hex(vector))) from passage_vectors')).toBe(before);
});

test('a job that was cut off between its text and its passages stores them once', async () => {
  given = await givenKnowledge({ openEmbedder: () => new Promise(() => {}) });
  const { curator, corpusId } = await givenCorpus();
  const { store, knowledge } = given;
  await knowledge.close();
  const documentId = await send(curator, corpusId, longText);
  const at = knowledge.clock.now();
  const lease = { instanceId: 'killed', bootId: 'boot', nowMs: 0, untilMs: Number.MAX_SAFE_INTEGER };
  const hold = await store.write.claimJob({ kind: 'ingest', lease, goneInstances: [], maxAttempts: 3, at });
  if (!hold) throw new Error('no job');
  await store.write.startIngest({ hold, at });
  const read = await parseDocument({ bytes: Buffer.from(longText), fileName: 'long.md' });
  await store.write.storeDocumentText({ hold, ...read, language: 'english', pages: [], at });
  const some = read.passages.slice(0, 30).map((passage, ordinal) => ({
    ...passage,
    passageId: `early-${ordinal}`,
    ordinal,
    page: null,
    text: read.text.slice(passage.start, passage.end),
  }));
  await store.write.storePassages({ hold, passages: some, total: parts, last: false, at });

  const other = await given.another({ parseFile: () => Promise.reject(new Error('it was read already')) });
  await other.idle();
  await expectWhole(curator, documentId);
  expect(given.count(`select count(*) from passages where passage_id like 'early-%'`)).toBe(0);
});

test('a drain gives the job back at once, without counting against it', async () => {
  const { embedder, stalled } = stallingEmbedder(1, []);
  given = await givenKnowledge({ openEmbedder: () => Promise.resolve(embedder) });
  const { curator, corpusId } = await givenCorpus();
  const documentId = await send(curator, corpusId, longText);
  await stalled;
  await given.knowledge.close();
  expect(given.count(`select count(*) from jobs where state = 'queued' and attempt = 0`)).toBe(1);
  const other = await given.another();
  await other.idle();
  await expectWhole(curator, documentId);
});

test('a document deleted for good while it is worked on leaves nothing behind', async () => {
  const { embedder, stalled } = stallingEmbedder(1, []);
  given = await givenKnowledge({ openEmbedder: () => Promise.resolve(embedder) });
  const { curator, corpusId } = await givenCorpus();
  const documentId = await send(curator, corpusId, longText);
  await stalled;
  await deleteDocument(given.knowledge, curator, documentId);
  await purgeDocument(given.knowledge, curator, documentId);
  const other = await given.another();
  await other.idle();
  for (const table of ['passages', 'passage_vectors', 'document_texts']) {
    expect(given.count(`select count(*) from ${table}`), table).toBe(0);
  }
  expect(given.count(`select count(*) from jobs where state in ('queued', 'running')`)).toBe(0);
});

test('a cancelled document ends at once with its reader, and is read after all when it is retried', async () => {
  const { embedder, stalled } = stallingEmbedder(1, []);
  const good = wordEmbedder();
  let isStuck = true;
  const openEmbedder = () =>
    Promise.resolve({
      ...good,
      embed: (...asked: Parameters<Embedder['embed']>) => (isStuck ? embedder : good).embed(...asked),
    });
  given = await givenKnowledge({ openEmbedder });
  const { curator, corpusId } = await givenCorpus();
  const documentId = await send(curator, corpusId, longText);
  await stalled;
  expect(await retryDocument(given.knowledge, curator, documentId)).toBe('embedding');
  expect(await cancelDocument(given.knowledge, curator, documentId)).toBe('failed');
  expect(await cancelDocument(given.knowledge, curator, documentId)).toBe('failed');
  // The embedder answers no more: only the abort of its request lets the job end.
  await given.knowledge.idle();
  expect(await getDocument(given.knowledge, curator, documentId)).toMatchObject({
    state: 'failed',
    error: { code: 'cancelled', message: 'Reading was cancelled. Retry to have it read after all.' },
  });
  const { passages } = await searchKnowledge(given.knowledge, curator, { query: 'okapis' }, signal);
  expect(passages).toEqual([]);

  isStuck = false;
  expect(await retryDocument(given.knowledge, curator, documentId)).toBe('queued');
  await given.knowledge.idle();
  await expectWhole(curator, documentId);
  expect(await cancelDocument(given.knowledge, curator, documentId)).toBe('ready');
  expect(await retryDocument(given.knowledge, curator, documentId)).toBe('ready');
});

test('only who curates the corpus cancels and retries', async () => {
  given = await givenKnowledge();
  const { curator, corpusId } = await givenCorpus();
  const documentId = await send(curator, corpusId, longText);
  const member = await given.user('member');
  for (const change of [cancelDocument, retryDocument]) {
    await expect(change(given.knowledge, member, documentId)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(change(given.knowledge, curator, 'none')).rejects.toMatchObject({ code: 'not_found' });
  }
  await deleteDocument(given.knowledge, curator, documentId);
  for (const change of [cancelDocument, retryDocument]) {
    await expect(change(given.knowledge, curator, documentId)).rejects.toMatchObject({ code: 'gone' });
  }
});

test('an owner lost again and again without progress fails the document with a reason', async () => {
  given = await givenKnowledge();
  await given.knowledge.close();
  const { curator, corpusId } = await givenCorpus();
  const documentId = await send(curator, corpusId, longText);
  const claim = (n: number) =>
    given.store.write.claimJob({
      kind: 'ingest',
      lease: { instanceId: `killed-${n}`, bootId: 'boot', nowMs: 0, untilMs: 1 },
      goneInstances: [`killed-${n - 1}`],
      maxAttempts: 3,
      at: given.knowledge.clock.now(),
    });
  for (const n of [1, 2, 3]) expect(await claim(n)).toMatchObject({ attempt: n, fence: n });
  expect(await claim(4)).toBeUndefined();
  const document = await getDocument(given.knowledge, curator, documentId);
  expect(document).toMatchObject({ state: 'failed', error: { code: 'too_many_attempts' } });
});

test('the handbook is imported once, found by a member, and does not come back after it was deleted', async () => {
  const handbookDir = await mkdtemp(join(tmpdir(), 'perdure-handbook-'));
  try {
    await mkdir(join(handbookDir, 'pictures'));
    await writeFile(join(handbookDir, 'backup.md'), '# Back up\n\nRun perdure backup to copy everything.\n');
    await writeFile(join(handbookDir, 'start.md'), '# Start\n\nRun npm start.\n');
    given = await givenKnowledge({ handbookDir });
    await given.knowledge.idle();
    await (await given.another({ handbookDir })).idle();
    const member = await given.user('member');
    const corpora = await listCorpora(given.knowledge, member);
    expect(corpora).toMatchObject([{ name: 'Perdure handbook', documents: 2, access: 'read' }]);
    const { passages } = await searchKnowledge(given.knowledge, member, { query: 'How do I back up Perdure?' }, signal);
    expect(passages[0]).toMatchObject({ document_title: 'Back up', corpus_name: 'Perdure handbook' });

    const administrator = await given.user('administrator');
    await deleteCorpus(given.knowledge, administrator, corpora[0]?.id ?? '');
    await purgeCorpus(given.knowledge, administrator, corpora[0]?.id ?? '');
    await (await given.another({ handbookDir })).idle();
    expect(await listCorpora(given.knowledge, administrator)).toEqual([]);
    expect(given.count('select count(*) from passages')).toBe(0);
  } finally {
    await rm(handbookDir, { recursive: true });
  }
});

test('a process that was held up beyond its leases goes on with its jobs, it does not take them from itself', async () => {
  const ahead = { ms: 0 };
  const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + ahead.ms };
  const { embedder, stalled } = stallingEmbedder(0, []);
  given = await givenKnowledge({ openEmbedder: () => Promise.resolve(embedder), clock });
  const { curator, corpusId } = await givenCorpus();
  await send(curator, corpusId, longText);
  await stalled;
  ahead.ms = 60_000;
  await send(curator, corpusId, 'Another document, of one sentence.');
  await expect
    .poll(() => given.count("select count(*) from jobs where state = 'running'"), { timeout: 10_000 })
    .toBe(2);
  expect(given.count('select max(attempt) from jobs')).toBe(1);
});
