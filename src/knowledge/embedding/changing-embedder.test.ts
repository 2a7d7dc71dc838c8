import { afterEach, expect, test, vi } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { type Embedder, PassingFault } from '../../models/embedder.ts';
import { createCorpus } from '../corpora.ts';
import { deleteDocument } from '../documents.ts';
import { measureSearch } from '../evaluation/measure-search.ts';
import { keepQuestion } from '../evaluation/questions.ts';
import type { Knowledge, KnowledgeOptions } from '../knowledge.ts';
import { purgeDocument, restoreDocument } from '../recycle-bin.ts';
import { searchKnowledge } from '../search.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge, wordEmbedder } from '../testing/given-knowledge.ts';
import { uploadDocument } from '../upload-document.ts';

let given: GivenKnowledge;
afterEach(() => given.close());
const signal = new AbortController().signal;
const parts = 100;
const longText = Array.from({ length: parts }, (_, i) => `## Part ${i}\n\nSentence number ${i} about okapis.`).join(
  '\n\n',
);

type Fake = { embedder: Embedder; texts: string[]; asked: string[]; isDown: boolean; gate: Promise<void> };

/** An embedder of a name of its own that can be held up and be out of reach. */
function fake(id: string): Fake {
  const texts: string[] = [];
  const inner = wordEmbedder(texts);
  const made: Fake = {
    texts,
    asked: [],
    isDown: false,
    gate: Promise.resolve(),
    embedder: {
      ...inner,
      id,
      async embed(some, options) {
        if (options?.role === 'query') made.asked.push(...some);
        else await Promise.race([made.gate, leaving(options?.signal)]);
        if (made.isDown) throw new PassingFault('It cannot be reached.', { isRetryable: true });
        return inner.embed(some, options);
      },
    },
  };
  return made;
}

const leaving = (aborted?: AbortSignal) =>
  new Promise<void>((_resolve, reject) => aborted?.addEventListener('abort', () => reject(new Error('aborted'))));

/** What a server is started with whose embedder is this one, and which can open these others again. */
const settings = (one: Fake, others: readonly Fake[] = []): Partial<KnowledgeOptions> => ({
  openEmbedder: () =>
    one.isDown
      ? Promise.reject(new PassingFault('It cannot be reached.', { isRetryable: true }))
      : Promise.resolve(one.embedder),
  embedderSource: { name: one.embedder.id, recipe: { id: one.embedder.id } },
  reopenEmbedder(recipe) {
    const found = others.find(({ embedder }) => embedder.id === recipe['id']);
    return found && (() => (found.isDown ? Promise.reject(new Error('gone')) : Promise.resolve(found.embedder)));
  },
  retryModelsMs: [20],
});

async function givenDocument(one: Fake): Promise<{ curator: Actor; corpusId: string; documentId: string }> {
  given = await givenKnowledge(settings(one));
  await given.knowledge.embedder.settled(signal);
  const curator = await given.user('curator');
  const { id: corpusId } = await createCorpus(given.knowledge, curator, { name: 'Animals' });
  const documentId = await send(given.knowledge, curator, corpusId, longText);
  await given.knowledge.idle();
  return { curator, corpusId, documentId };
}

async function send(knowledge: Knowledge, actor: Actor, corpusId: string, text: string, name = 'long.md') {
  return (await uploadDocument(knowledge, actor, { corpusId, filename: name, body: bodyOf(text) })).documentId;
}

const vectorsOf = ({ embedder }: Fake) =>
  given.count(`select count(*) from passage_vectors where embedder = '${embedder.id}'`);
const modeOf = async (knowledge: Knowledge, actor: Actor, query = 'number 77 okapis') =>
  (await searchKnowledge(knowledge, actor, { query }, signal)).mode;

test('the old vectors serve until the last of the new is stored; then one commit changes over and the old are removed', async () => {
  const [old, other] = [fake('old'), fake('other')];
  const { curator, corpusId } = await givenDocument(old);
  const { promise: gate, resolve: goOn } = Promise.withResolvers<void>();
  other.gate = gate;
  await given.knowledge.close();
  const later = await given.another(settings(other, [old]));
  await vi.waitUntil(async () => (await later.serving.status()).embedding);
  await vi.waitUntil(async () => (await modeOf(later, curator)) === 'hybrid');
  expect(await later.serving.status()).toEqual({ mode: 'hybrid', embedding: { done: 0, total: parts } });
  expect(other.asked).toEqual([]);
  expect(old.asked.length).toBeGreaterThan(0);
  goOn();
  await send(later, curator, corpusId, 'The quagga is extinct.', 'new.md');
  await later.idle();
  expect([vectorsOf(old), vectorsOf(other)]).toEqual([0, parts + 1]);
  expect(other.texts.length).toBe(parts + 1);
  await vi.waitUntil(async () => (await later.serving.status()).embedding === null, 5_000);
  const before = old.asked.length;
  const found = await searchKnowledge(later, curator, { query: 'quagga' }, signal);
  expect(found.mode).toBe('hybrid');
  expect(found.passages[0]?.text).toContain('quagga');
  expect([old.asked.length, other.asked.at(-1)]).toEqual([before, 'quagga']);
  expect(given.count("select count(*) from jobs where state in ('queued', 'running')")).toBe(0);
});

test('a run that is asked for right after the start waits for the embedder before', async () => {
  const [old, other] = [fake('old'), fake('other')];
  const { curator, corpusId, documentId } = await givenDocument(old);
  await keepQuestion(given.knowledge, curator, corpusId, { question: 'Which okapi?', expected: [documentId] });
  await given.knowledge.close();
  other.gate = new Promise(() => {});
  const { promise: opened, resolve: open } = Promise.withResolvers<Embedder>();
  const later = await given.another({ ...settings(other, [old]), reopenEmbedder: () => () => opened });
  const lines = await measureSearch(later, new Set(), curator, corpusId, signal);
  const first = lines.next();
  await vi.waitUntil(async () => (await later.serving.status()).embedding);
  open(old.embedder);
  expect((await first).value).toEqual({ done: 0, of: 1 });
  expect((await lines.next()).value).toMatchObject({ run: { mode: 'hybrid', embedder: 'old' } });
});

test('what is read while another takes over has vectors of both', async () => {
  const [old, other] = [fake('old'), fake('other')];
  const { curator, corpusId } = await givenDocument(old);
  await given.knowledge.close();
  const { promise: gate, resolve: goOn } = Promise.withResolvers<void>();
  other.gate = gate;
  const later = await given.another(settings(other, [old]));
  await vi.waitUntil(async () => (await modeOf(later, curator)) === 'hybrid');
  old.texts.length = 0;
  await send(later, curator, corpusId, 'The quagga is extinct.', 'new.md');
  await vi.waitUntil(() => given.count("select count(*) from documents where state = 'embedding'") === 1, 5_000);
  goOn();
  await later.idle();
  expect(old.texts.filter((text) => text.includes('quagga'))).toHaveLength(1);
  expect(other.texts.filter((text) => text.includes('quagga'))).toHaveLength(1);
});

test('a job whose owner was killed goes on at the next batch', async () => {
  const [old, other, again] = [fake('old'), fake('other'), fake('other')];
  const { curator } = await givenDocument(old);
  let batches = 2;
  const { promise: stalled, resolve: stall } = Promise.withResolvers<void>();
  const inner = other.embedder.embed;
  const slow: Fake = {
    ...other,
    embedder: {
      ...other.embedder,
      embed(texts, options) {
        if (options?.role === 'query' || batches-- > 0) return inner(texts, options);
        stall();
        return leaving(options?.signal).then(() => []);
      },
    },
  };
  await given.another(settings(slow, [old]));
  await stalled;
  expect(vectorsOf(other)).toBe(64);
  const third = await given.another(settings(again, [old]));
  await vi.waitUntil(() => vectorsOf(old) === 0, 10_000);
  expect([vectorsOf(old), vectorsOf(again), again.texts.length]).toEqual([0, parts, parts - 64]);
  expect(await modeOf(third, curator)).toBe('hybrid');
});

test('when the one before cannot embed a question, search goes by words, and by meaning once half is there', async () => {
  const [old, other] = [fake('old'), fake('other')];
  const { curator, corpusId, documentId } = await givenDocument(old);
  await given.knowledge.close();
  old.isDown = true;
  let batches = 0;
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const inner = other.embedder.embed;
  const stepped: Fake = {
    ...other,
    embedder: {
      ...other.embedder,
      async embed(texts, options) {
        if (options?.role !== 'query') await gates[batches++]?.promise;
        return inner(texts, options);
      },
    },
  };
  const later = await given.another(settings(stepped, [old]));
  await vi.waitUntil(() => batches === 1);
  expect(await modeOf(later, curator)).toBe('lexical');
  expect(await later.serving.status()).toEqual({ mode: 'lexical', embedding: { done: 0, total: parts } });
  gates[0]?.resolve();
  gates[1]?.resolve();
  await vi.waitUntil(() => batches === 3);
  await vi.waitUntil(async () => (await modeOf(later, curator)) === 'partial', 5_000);
  expect(await later.serving.status()).toEqual({ mode: 'partial', embedding: { done: 64, total: parts } });
  // Each question of a run would be asked of another search.
  await keepQuestion(later, curator, corpusId, { question: 'Which okapi?', expected: [documentId] });
  const lines = await measureSearch(later, new Set(), curator, corpusId, signal);
  expect((await lines.next()).value).toEqual({ error: expect.stringContaining('has not come to all passages yet') });
  for (const { resolve } of gates) resolve();
  await later.idle();
  expect(await modeOf(later, curator)).toBe('hybrid');
  expect(vectorsOf(old)).toBe(0);
});

test('another change in the middle gives the first up, and a change back needs nothing', async () => {
  const [old, second, third] = [fake('old'), fake('second'), fake('third')];
  const { curator } = await givenDocument(old);
  await given.knowledge.close();
  second.gate = new Promise(() => {});
  const stuck = await given.another(settings(second, [old]));
  await vi.waitUntil(async () => (await stuck.serving.status()).embedding);
  await stuck.close();
  third.gate = new Promise(() => {});
  const other = await given.another(settings(third, [old]));
  await vi.waitUntil(async () => (await modeOf(other, curator)) === 'hybrid');
  expect(given.count("select count(*) from jobs where subject_id = 'second' and state = 'cancelled'")).toBe(1);
  await other.close();
  old.texts.length = 0;
  const back = await given.another(settings(old));
  await back.idle();
  expect(await back.serving.status()).toEqual({ mode: 'hybrid', embedding: null });
  expect([old.texts.length, vectorsOf(old), vectorsOf(second), vectorsOf(third)]).toEqual([0, parts, 0, 0]);
  expect(given.count("select count(*) from jobs where state in ('queued', 'running')")).toBe(0);
});

test('vectors made by half of an embedder that was given up are used when it is set again at once', async () => {
  const [old, other] = [fake('old'), fake('other')];
  const { curator, documentId } = await givenDocument(old);
  await given.knowledge.close();
  let isDead = false;
  const inner = other.embedder.embed;
  const dying: Fake = {
    ...other,
    embedder: {
      ...other.embedder,
      embed(texts, options) {
        if (options?.role === 'query') return inner(texts, options);
        if (isDead) return Promise.reject(new Error('broke'));
        isDead = true;
        return inner(texts, options);
      },
    },
  };
  const first = await given.another(settings(dying, [old]));
  await vi.waitUntil(() => first.embedder.state().state === 'unavailable');
  expect(first.embedder.state()).toEqual({ state: 'unavailable', reason: 'broke' });
  expect(await modeOf(first, curator)).toBe('hybrid');
  await first.close();
  given.count('select 1');
  const second = await given.another(settings(other, [old]));
  await vi.waitUntil(() => vectorsOf(other) === parts, 20_000);
  await second.idle();
  expect(other.texts.length).toBe(parts);
  await deleteDocument(second, curator, documentId);
  await purgeDocument(second, curator, documentId);
  await second.idle();
  expect(vectorsOf(other)).toBe(0);
}, 30_000);

test('an endpoint that goes and comes back: words alone meanwhile, and what was read gets its vectors', async () => {
  const one = fake('endpoint');
  const { curator, corpusId } = await givenDocument(one);
  const { knowledge } = given;
  one.isDown = true;
  expect(await modeOf(knowledge, curator)).toBe('lexical');
  expect(knowledge.embedder.state()).toEqual({ state: 'unavailable', reason: 'It cannot be reached.' });
  await send(knowledge, curator, corpusId, 'The quagga is extinct.', 'new.md');
  await vi.waitUntil(() => given.count("select count(*) from documents where state = 'ready'") === 2, 10_000);
  expect(vectorsOf(one)).toBe(parts);
  expect(given.count("select count(*) from jobs where kind = 'embed' and state in ('queued', 'running')")).toBe(1);
  one.isDown = false;
  await vi.waitUntil(async () => (await modeOf(knowledge, curator)) === 'hybrid', 5_000);
  await vi.waitUntil(() => vectorsOf(one) === parts + 1, 20_000);
}, 40_000);

test('a process that was started before another changed the embedder does not change it back when its endpoint answers again', async () => {
  const [old, other] = [fake('old'), fake('other')];
  await givenDocument(old);
  const later = await given.another(settings(other, [old]));
  await vi.waitUntil(() => vectorsOf(old) === 0 && vectorsOf(other) === parts, 10_000);
  const { embedder } = given.knowledge;
  embedder.fail(new PassingFault('It cannot be reached.', { isRetryable: true }));
  await vi.waitUntil(() => embedder.current(), 5_000);
  await given.knowledge.idle();
  await later.idle();
  expect([vectorsOf(old), vectorsOf(other)]).toEqual([0, parts]);
  await vi.waitUntil(async () => (await later.serving.status()).embedding === null, 5_000);
});

test('an endpoint that is out of reach at the start is opened once it answers', async () => {
  const one = fake('endpoint');
  one.isDown = true;
  given = await givenKnowledge(settings(one));
  expect(await given.knowledge.embedder.settled(signal)).toBeUndefined();
  const curator = await given.user('curator');
  const { id: corpusId } = await createCorpus(given.knowledge, curator, { name: 'Animals' });
  await send(given.knowledge, curator, corpusId, 'The quagga is extinct.', 'new.md');
  await given.knowledge.idle();
  expect(vectorsOf(one)).toBe(0);
  one.isDown = false;
  await vi.waitUntil(() => vectorsOf(one) === 1, 10_000);
  expect(await modeOf(given.knowledge, curator)).toBe('hybrid');
});

test('what lies in the recycle bin gets vectors of the other too, and is found once it is restored', async () => {
  const [old, other] = [fake('old'), fake('other')];
  const { curator, documentId } = await givenDocument(old);
  await deleteDocument(given.knowledge, curator, documentId);
  await given.knowledge.close();
  const later = await given.another(settings(other, [old]));
  await vi.waitUntil(() => vectorsOf(old) === 0, 10_000);
  await later.idle();
  expect(vectorsOf(other)).toBe(parts);
  other.texts.length = 0;
  await restoreDocument(later, curator, documentId);
  await later.idle();
  const found = await searchKnowledge(later, curator, { query: 'number 77 okapis' }, signal);
  expect(found.mode).toBe('hybrid');
  expect(found.passages[0]?.document_id).toBe(documentId);
  expect(other.texts.filter((text) => text.includes('Sentence'))).toEqual([]);
});
