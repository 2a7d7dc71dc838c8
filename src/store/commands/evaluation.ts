import { maxEvaluationQuestions, maxEvaluationRuns, maxExpectedDocuments } from '../../contract/evaluation.ts';
import { AppError } from '../../errors.ts';
import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { nameKey } from './name-key.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { requireCuration } from './require-curation.ts';

export type KeptQuestion = {
  /** Of the question if it is new. */
  id: string;
  question: string;
  /** `gain` is what the document is worth, over 0. */
  expected: readonly { documentId: string; gain: number }[];
};

/** Keeps questions with the documents that answer them. A question that is kept already, however it is written, gets the documents that
 *  are new; those it had are worth what is said now. All are kept or none.
 *  @throws AppError bad_request for a document that is not in the corpus; conflict for more than are kept at most */
export const keepEvaluationQuestions = command(
  ['knowledge', 'audit'],
  function* (
    db: Db,
    args: Change & { corpusId: string; questions: readonly KeptQuestion[] },
  ): Script<{ ids: string[]; added: number }> {
    yield* requireCuration(db, args, args.corpusId);
    const before = yield* countQuestions(db, args.corpusId);
    const kept: { id: string; isChanged: boolean }[] = [];
    for (const question of args.questions) kept.push(yield* keepQuestion(db, args, question));
    const count = yield* countQuestions(db, args.corpusId);
    if (count > maxEvaluationQuestions) {
      throw new AppError('conflict', { detail: `A corpus keeps at most ${maxEvaluationQuestions} questions.` });
    }
    const result = { ids: kept.map(({ id }) => id), added: count - before };
    if (!kept.some(({ isChanged }) => isChanged)) return result;
    const [only] = args.questions;
    yield* recordAudit(db, {
      ...args,
      action: 'evaluation.questions_kept',
      object: { kind: 'corpus', id: args.corpusId },
      facts: { questions: args.questions.length },
      ...(only && args.questions.length === 1 && { personal: { question: only.question } }),
    });
    return result;
  },
);

function* countQuestions(db: Db, corpusId: string): Script<number> {
  const row = yield* first(
    db
      .selectFrom('evaluation_questions')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('corpus_id', '=', corpusId),
  );
  return row?.count ?? 0;
}

function* keepQuestion(
  db: Db,
  { corpusId, at, by }: Change & { corpusId: string },
  kept: KeptQuestion,
): Script<{ id: string; isChanged: boolean }> {
  const key = nameKey(kept.question);
  const here = yield* first(
    db
      .selectFrom('evaluation_questions')
      .select('id')
      .where('corpus_id', '=', corpusId)
      .where('question_key', '=', key),
  );
  const id = here?.id ?? kept.id;
  if (!here) {
    yield* run(
      db.insertInto('evaluation_questions').values({
        id,
        corpus_id: corpusId,
        question: kept.question,
        question_key: key,
        created_by: by.userId,
        created_at: at,
      }),
    );
  }
  let isChanged = here === undefined;
  for (const { documentId, gain } of kept.expected) {
    const document = yield* first(
      db
        .selectFrom('documents')
        .select('id')
        .where('id', '=', documentId)
        .where('corpus_id', '=', corpusId)
        .where('deleted_at', 'is', null),
    );
    if (!document) throw new AppError('bad_request', { detail: 'A document that was named is not in this corpus.' });
    const was = yield* first(
      db
        .selectFrom('evaluation_expected')
        .select('gain')
        .where('question_id', '=', id)
        .where('document_id', '=', documentId),
    );
    if (was?.gain === gain) continue;
    isChanged = true;
    yield* run(
      db
        .insertInto('evaluation_expected')
        .values({ question_id: id, document_id: documentId, gain })
        .onConflict((conflict) => conflict.columns(['question_id', 'document_id']).doUpdateSet({ gain })),
    );
  }
  const expected = yield* all(db.selectFrom('evaluation_expected').select('document_id').where('question_id', '=', id));
  if (expected.length > maxExpectedDocuments) {
    throw new AppError('conflict', { detail: `A question keeps at most ${maxExpectedDocuments} documents.` });
  }
  return { id, isChanged };
}

/** Forgets a question. What earlier runs measured of it stays in their means. */
export const removeEvaluationQuestion = command(
  ['knowledge', 'audit'],
  function* (db: Db, args: Change & { corpusId: string; questionId: string }): Script<'removed' | 'not_found'> {
    yield* requireCuration(db, args, args.corpusId);
    const here = yield* first(
      db
        .selectFrom('evaluation_questions')
        .select('question')
        .where('id', '=', args.questionId)
        .where('corpus_id', '=', args.corpusId),
    );
    if (!here) return 'not_found';
    yield* run(db.deleteFrom('evaluation_expected').where('question_id', '=', args.questionId));
    yield* run(db.deleteFrom('evaluation_questions').where('id', '=', args.questionId));
    yield* recordAudit(db, {
      ...args,
      action: 'evaluation.question_removed',
      object: { kind: 'corpus', id: args.corpusId },
      personal: { question: here.question },
    });
    return 'removed';
  },
);

export type StoreRunArgs = Change & {
  id: string;
  corpusId: string;
  startedAt: string;
  mode: 'hybrid' | 'lexical';
  embedder: string | null;
  reranker: string | null;
  measures: { ndcg: number; recall: number; reciprocal_rank: number; hit1: number; hit3: number };
  /** For each question, as the contract has it. */
  results: readonly { question_id: string }[];
};

/** Stores a run that went to its end, with how large the corpus is, and forgets the oldest beyond those that are remembered. */
export const storeEvaluationRun = command(['knowledge', 'audit'], function* (db: Db, args: StoreRunArgs): Script<void> {
  const { corpusId } = args;
  yield* requireCuration(db, args, corpusId);
  const corpus = yield* first(
    db
      .selectFrom('corpora')
      .select(['document_count', 'passage_count'])
      .where('id', '=', corpusId)
      .where('deleted_at', 'is', null),
  );
  if (!corpus) throw new AppError('not_found');
  yield* run(
    db.insertInto('evaluation_runs').values({
      id: args.id,
      corpus_id: corpusId,
      run_by: args.by.userId,
      started_at: args.startedAt,
      ended_at: args.at,
      mode: args.mode,
      embedder: args.embedder,
      reranker: args.reranker,
      documents: corpus.document_count,
      passages: corpus.passage_count,
      questions: args.results.length,
      ...args.measures,
      results: encodeJson(args.results),
    }),
  );
  const remembered = db
    .selectFrom('evaluation_runs')
    .select('position')
    .where('corpus_id', '=', corpusId)
    .orderBy('position', 'desc')
    .limit(maxEvaluationRuns);
  yield* run(
    db.deleteFrom('evaluation_runs').where('corpus_id', '=', corpusId).where('position', 'not in', remembered),
  );
  yield* recordAudit(db, {
    ...args,
    action: 'evaluation.measured',
    object: { kind: 'corpus', id: corpusId },
    facts: { run_id: args.id, questions: args.results.length },
  });
});

/** A question has at most a hundred documents, and a run tells of each of them. */
const clearedQuestionsAtOnce = 20;
const clearedRunsAtOnce = 10;

/** Takes a bounded part of what is kept for measuring a corpus away; gives whether there was any. */
export function* clearEvaluation(db: Db, corpusId: string): Script<boolean> {
  const questions = yield* all(
    db.selectFrom('evaluation_questions').select('id').where('corpus_id', '=', corpusId).limit(clearedQuestionsAtOnce),
  );
  const ids = questions.map(({ id }) => id);
  if (ids.length > 0) {
    yield* run(db.deleteFrom('evaluation_expected').where('question_id', 'in', ids));
    yield* run(db.deleteFrom('evaluation_questions').where('id', 'in', ids));
    return true;
  }
  const some = db
    .selectFrom('evaluation_runs')
    .select('position')
    .where('corpus_id', '=', corpusId)
    .limit(clearedRunsAtOnce);
  const runs = yield* all(db.deleteFrom('evaluation_runs').where('position', 'in', some).returning('position'));
  return runs.length > 0;
}
