import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { systemClock } from '../../clock.ts';
import {
  type EvaluationProgress,
  type EvaluationRunDetails,
  maxEvaluationQuestions,
  maxEvaluationRuns,
} from '../../contract/evaluation.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import type { Reranker } from '../../models/reranker.ts';
import { createCorpus, deleteCorpus } from '../corpora.ts';
import { deleteDocument } from '../documents.ts';
import { purgeCorpus } from '../recycle-bin.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from '../testing/given-knowledge.ts';
import { uploadDocument } from '../upload-document.ts';
import { measureSearch } from './measure-search.ts';
import { exportQuestions, importQuestions, keepQuestion, listQuestions, removeQuestion } from './questions.ts';
import { getRun, listRuns } from './runs.ts';

let given: GivenKnowledge;
let curator: Actor;
let corpusId: string;
let lamps: string;
let boats: string;
/** What is set as reranker, once a test gives it: until then it is on its way. */
let untilReranker = Promise.withResolvers<Reranker>();

beforeEach(async () => {
  untilReranker = Promise.withResolvers();
  given = await givenKnowledge({ openReranker: () => untilReranker.promise });
  curator = await given.user('curator');
  ({ id: corpusId } = await createCorpus(given.knowledge, curator, { name: 'Harbour' }));
  lamps = await upload(corpusId, 'lamps.md', 'The lamps of the quay are lit at dusk by the keeper.');
  boats = await upload(corpusId, 'boats.md', 'Boats leave the basin at noon when the tide is high.');
});
afterEach(() => given.close());

async function upload(into: string, filename: string, text: string): Promise<string> {
  const input = { corpusId: into, filename, body: bodyOf(`${text}\n`) };
  const { documentId } = await uploadDocument(given.knowledge, curator, input);
  await given.knowledge.idle();
  return documentId;
}

const keep = (question: string, ...expected: string[]) =>
  keepQuestion(given.knowledge, curator, corpusId, { question, expected });

async function refusedWith(work: Promise<unknown>): Promise<ErrorCode> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error('it was not refused');
  return error.code;
}

async function run(signal = new AbortController().signal): Promise<EvaluationProgress[]> {
  const lines: EvaluationProgress[] = [];
  for await (const line of await measureSearch(given.knowledge, new Set(), curator, corpusId, signal)) lines.push(line);
  return lines;
}

async function storedRun(): Promise<EvaluationRunDetails> {
  const last = (await run()).at(-1);
  if (!last || !('run' in last)) throw new Error(`no run: ${JSON.stringify(last)}`);
  return last.run;
}

const runsStored = async () => (await listRuns(given.knowledge, curator, corpusId, {})).runs.length;

test('a run tells how far it is and stores where each expected document stood', async () => {
  const first = await keep('When are the lamps of the quay lit?', lamps);
  const second = await keep('Who lights the lamps at dusk?', boats, lamps);
  const lines = await run();
  expect(lines.slice(0, 2)).toEqual([
    { done: 0, of: 2 },
    { done: 1, of: 2 },
  ]);
  const stored = await storedRun();
  expect(stored).toMatchObject({ mode: 'hybrid', embedder: 'words-v1', questions: 2, documents: 2, passages: 2 });
  const { results, measures } = stored;
  expect(results[0]).toMatchObject({
    question_id: first.question_id,
    places: [{ document_id: lamps, place: 1 }],
    measures: { ndcg: 1, recall: 1, reciprocal_rank: 1, hit1: 1, hit3: 1 },
  });
  expect(results[1]?.question_id).toBe(second.question_id);
  expect(new Map(results[1]?.places.map(({ document_id, place }) => [document_id, place]))).toEqual(
    new Map([
      [lamps, 1],
      [boats, 2],
    ]),
  );
  expect(measures.hit1).toBe(1);
  expect(await getRun(given.knowledge, curator, corpusId, stored.run_id)).toEqual(stored);
  expect((await listRuns(given.knowledge, curator, corpusId, {})).runs.map(({ run_id }) => run_id)).toEqual([
    stored.run_id,
    expect.any(String),
  ]);
});

test('the score moves when a document is added that answers a question better', async () => {
  await keep('When are the lamps of the quay lit?', lamps);
  const before = await storedRun();
  await upload(
    corpusId,
    'better.md',
    'When are the lamps of the quay lit? The lamps of the quay are lit when it is dark.',
  );
  const after = await storedRun();
  expect(before.measures.reciprocal_rank).toBe(1);
  expect(after.measures.reciprocal_rank).toBe(0.5);
  expect([before.documents, after.documents]).toEqual([2, 3]);
});

test('a question however it is written is one, gets more documents, and can be forgotten', async () => {
  const kept = await keep('When are the lamps lit?', lamps);
  const again = await keep('  when are the LAMPS  lit? ', boats, lamps);
  expect(again.question_id).toBe(kept.question_id);
  expect(again.expected.map(({ document_id }) => document_id).toSorted()).toEqual([lamps, boats].toSorted());
  await removeQuestion(given.knowledge, curator, corpusId, kept.question_id);
  expect(await listQuestions(given.knowledge, curator, corpusId)).toEqual([]);
  expect(await refusedWith(removeQuestion(given.knowledge, curator, corpusId, kept.question_id))).toBe('not_found');
});

test('a document of another corpus, a deleted one and an unknown one answer nothing', async () => {
  const { id: elsewhere } = await createCorpus(given.knowledge, curator, { name: 'Elsewhere' });
  const foreign = await upload(elsewhere, 'foreign.md', 'Foreign lamps.');
  await deleteDocument(given.knowledge, curator, boats);
  for (const document of [foreign, boats, 'none']) {
    expect(await refusedWith(keep('Which?', lamps, document))).toBe('bad_request');
  }
  expect(await listQuestions(given.knowledge, curator, corpusId)).toEqual([]);
});

test('a deleted document is marked, not looked for, and a question without another is not asked', async () => {
  await keep('Where are boats and lamps?', lamps, boats);
  await keep('When do boats leave?', boats);
  await deleteDocument(given.knowledge, curator, boats);
  const questions = await listQuestions(given.knowledge, curator, corpusId);
  const marked = questions.map(({ expected }) => expected.map((each) => [each.document_id, each.is_deleted]));
  expect(new Map(marked[0] as [string, boolean][])).toEqual(
    new Map([
      [boats, true],
      [lamps, false],
    ]),
  );
  const { results } = await storedRun();
  expect(results.map(({ places }) => places.map(({ document_id }) => document_id))).toEqual([[lamps]]);
  await deleteDocument(given.knowledge, curator, lamps);
  expect(await refusedWith(run())).toBe('conflict');
});

test('whoever leaves ends a run, and nothing of it is stored', async () => {
  for (const word of ['lamps', 'quay', 'dusk']) await keep(`Where is the ${word}?`, lamps);
  const leaving = new AbortController();
  const lines = await measureSearch(given.knowledge, new Set(), curator, corpusId, leaving.signal);
  expect((await lines.next()).value).toEqual({ done: 0, of: 3 });
  leaving.abort();
  expect(await lines.next()).toEqual({ done: true, value: undefined });
  expect(await runsStored()).toBe(0);
});

test('one run is under way at a time, and the next may begin when it is left', async () => {
  await keep('Where are the lamps?', lamps);
  const underWay = new Set<string>();
  const { signal } = new AbortController();
  const begin = () => measureSearch(given.knowledge, underWay, curator, corpusId, signal);
  const first = await begin();
  await first.next();
  expect((await (await begin()).next()).value).toHaveProperty('error');
  await first.return(undefined);
  expect((await (await begin()).next()).value).toEqual({ done: 0, of: 1 });
});

const preferBoats = (_query: string, documents: string[]) =>
  Promise.resolve(documents.map((each) => (each.includes('Boats') ? 0.9 : 0.1)));

test('a run remembers its reranker, and one that goes meanwhile ends it', async () => {
  await keep('Where are the lamps?', lamps);
  await keep('Where is the quay?', lamps);
  expect(await storedRun()).toMatchObject({ reranker: null });
  untilReranker.resolve({ id: 'judge:1', score: preferBoats, close: () => Promise.resolve() });
  await given.knowledge.reranker?.settled(new AbortController().signal);
  const { reranker, results } = await storedRun();
  expect([reranker, results[0]?.places]).toEqual(['judge:1', [{ document_id: lamps, place: 2 }]]);
  const lines = await measureSearch(given.knowledge, new Set(), curator, corpusId, new AbortController().signal);
  await lines.next();
  await lines.next();
  given.knowledge.reranker?.fail(new Error('broken'));
  expect((await lines.next()).value).toHaveProperty('error');
  expect(await runsStored()).toBe(2);
});

test('an embedder that goes meanwhile ends a run: what it measured is of no one kind of search', async () => {
  await keep('Where are the lamps?', lamps);
  await keep('Where is the quay?', lamps);
  const lines = await measureSearch(given.knowledge, new Set(), curator, corpusId, new AbortController().signal);
  await lines.next();
  await lines.next();
  given.knowledge.embedder.fail(new Error('broken'));
  expect((await lines.next()).value).toHaveProperty('error');
  expect(await runsStored()).toBe(0);
  expect(await storedRun()).toMatchObject({ mode: 'lexical', embedder: null });
});

test('curators of the corpus alone see and change what it is measured by, and who falls during a run stores nothing', async () => {
  const kept = await keep('Where are the lamps?', lamps);
  const stored = await storedRun();
  const [member, other] = [await given.user('member'), await given.user('curator')];
  const { knowledge } = given;
  for (const actor of [member, other]) {
    const deeds = [
      listQuestions(knowledge, actor, corpusId),
      keepQuestion(knowledge, actor, corpusId, { question: 'Why?', expected: [lamps] }),
      removeQuestion(knowledge, actor, corpusId, kept.question_id),
      importQuestions(knowledge, actor, corpusId, { queries: [], qrels: [] }),
      exportQuestions(knowledge, actor, corpusId, 'queries'),
      listRuns(knowledge, actor, corpusId, {}),
      getRun(knowledge, actor, corpusId, stored.run_id),
      measureSearch(knowledge, new Set(), actor, corpusId, new AbortController().signal),
    ];
    for (const deed of deeds) expect(await refusedWith(deed)).toBe('forbidden');
  }
  const lines = await measureSearch(knowledge, new Set(), curator, corpusId, new AbortController().signal);
  await lines.next();
  const change = { at: systemClock.now(), by: { userId: null } };
  await given.store.write.patchUser({ ...change, userId: curator.userId, changes: { role: 'member' } });
  expect((await lines.next()).value).toHaveProperty('error');
  expect(given.count('select count(*) from evaluation_runs')).toBe(1);
});

test('a question and a run are reached through their own corpus only', async () => {
  const kept = await keep('Where are the lamps?', lamps);
  const stored = await storedRun();
  const { id: elsewhere } = await createCorpus(given.knowledge, curator, { name: 'Elsewhere' });
  expect(await refusedWith(removeQuestion(given.knowledge, curator, elsewhere, kept.question_id))).toBe('not_found');
  expect(await refusedWith(getRun(given.knowledge, curator, elsewhere, stored.run_id))).toBe('not_found');
});

test('a collection is brought in by ids and filenames, and what goes out comes in again', async () => {
  const queries = [
    { id: '1', text: 'When are the lamps lit?' },
    { id: '2', text: 'When do boats leave?' },
    { id: '3', text: 'Who is not here?' },
  ];
  const qrels = [
    { qid: '1', did: 'lamps', rel: 3 },
    { qid: '1', did: 'boats.md', rel: 0 },
    { qid: '2', did: boats, rel: 1 },
    { qid: '2', did: 'lamps.md', rel: 0.5 },
    { qid: '3', did: 'nobody', rel: 1 },
  ];
  const { knowledge } = given;
  expect(await importQuestions(knowledge, curator, corpusId, { queries, qrels })).toEqual({
    added: 2,
    merged: 0,
    left_out: 1,
  });
  const before = await listQuestions(knowledge, curator, corpusId);
  expect(before.map(({ expected }) => new Map(expected.map(({ document_id, gain }) => [document_id, gain])))).toEqual([
    new Map([[lamps, 3]]),
    new Map([
      [boats, 1],
      [lamps, 0.5],
    ]),
  ]);
  const lines = async (file: 'queries' | 'qrels') =>
    (await exportQuestions(knowledge, curator, corpusId, file))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as never);
  const out = { queries: await lines('queries'), qrels: await lines('qrels') };
  for (const { question_id } of before) await removeQuestion(knowledge, curator, corpusId, question_id);
  expect(await importQuestions(knowledge, curator, corpusId, out)).toEqual({ added: 2, merged: 0, left_out: 0 });
  const without = (questions: typeof before) => questions.map(({ question, expected }) => ({ question, expected }));
  expect(without(await listQuestions(knowledge, curator, corpusId))).toEqual(expect.arrayContaining(without(before)));
});

test('questions beyond the most are refused whole, and the oldest runs are forgotten', async () => {
  const queries = Array.from({ length: maxEvaluationQuestions }, (_, index) => ({
    id: `${index}`,
    text: `Lamp ${index}?`,
  }));
  const qrels = queries.map(({ id }) => ({ qid: id, did: lamps, rel: 1 }));
  await keep('One of my own?', lamps);
  expect(await refusedWith(importQuestions(given.knowledge, curator, corpusId, { queries, qrels }))).toBe('conflict');
  expect(await listQuestions(given.knowledge, curator, corpusId)).toHaveLength(1);
  const newest = [];
  for (let count = 0; count < maxEvaluationRuns + 3; count += 1) newest.push((await storedRun()).run_id);
  expect(given.count('select count(*) from evaluation_runs')).toBe(maxEvaluationRuns);
  const page = await listRuns(given.knowledge, curator, corpusId, { limit: 3 });
  expect(page.runs.map(({ run_id }) => run_id)).toEqual(newest.slice(-3).toReversed());
  const more = await listRuns(given.knowledge, curator, corpusId, { limit: 500, cursor: page.next_cursor ?? '' });
  expect(more.runs).toHaveLength(maxEvaluationRuns - 3);
  expect(more.next_cursor).toBeNull();
});

test('with its corpus all of it goes, bite by bite', async () => {
  for (let count = 0; count < 25; count += 1) await keep(`Lamp ${count}?`, lamps);
  for (let count = 0; count < 12; count += 1) await storedRun();
  await deleteCorpus(given.knowledge, curator, corpusId);
  while ((await given.store.write.sweepDeleted({ maxRows: 10, at: systemClock.now(), versionsBefore: '' })).more);
  expect(given.count('select count(*) from evaluation_questions')).toBe(25);
  await purgeCorpus(given.knowledge, curator, corpusId);
  while ((await given.store.write.sweepDeleted({ maxRows: 10, at: systemClock.now(), versionsBefore: '' })).more);
  for (const table of ['evaluation_questions', 'evaluation_expected', 'evaluation_runs']) {
    expect(given.count(`select count(*) from ${table}`)).toBe(0);
  }
});
