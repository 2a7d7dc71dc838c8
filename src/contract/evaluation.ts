import { z } from 'zod';
import { time } from './common.ts';

/** Questions of one corpus, documents that answer one question, and runs that are remembered, at most. */
export const maxEvaluationQuestions = 200;
export const maxExpectedDocuments = 100;
export const maxEvaluationRuns = 100;

const question = z.string().trim().min(1).max(2000);

export const evaluationQuestion = z.strictObject({
  question_id: z.string(),
  question: z.string(),
  created_at: time,
  /** The documents that answer it. */
  expected: z.array(
    z.strictObject({
      document_id: z.string(),
      document_title: z.string(),
      /** It was deleted since: it is not looked for any more. */
      is_deleted: z.boolean(),
      /** What finding it is worth: 1 unless told. */
      gain: z.number(),
    }),
  ),
});
export type EvaluationQuestion = z.infer<typeof evaluationQuestion>;
export const evaluationQuestions = z.strictObject({ questions: z.array(evaluationQuestion) });

export const keepQuestionBody = z.strictObject({
  question,
  /** Ids of documents of the corpus. */
  expected: z.array(z.string().min(1).max(100)).min(1).max(maxExpectedDocuments),
});

/** The lines of `queries.jsonl` and `qrels.jsonl`, as collections for measuring a search have them. `did` is the id of a document of the
 *  corpus, or its filename, with or without the ending; `rel` what it is worth, nothing when it is 0 or less. */
export const evaluationImportBody = z.strictObject({
  queries: z.array(z.strictObject({ id: z.string().min(1).max(200), text: question })).max(maxEvaluationQuestions),
  qrels: z
    .array(
      z.strictObject({ qid: z.string().min(1).max(200), did: z.string().min(1).max(1000), rel: z.number().max(1000) }),
    )
    .max(maxEvaluationQuestions * maxExpectedDocuments),
});
export const evaluationImported = z.strictObject({
  /** Questions that were new. */
  added: z.number().int(),
  /** Questions that were here and may have got more documents. */
  merged: z.number().int(),
  /** Questions left out: none of their documents is in this corpus. */
  left_out: z.number().int(),
});
export type EvaluationImported = z.infer<typeof evaluationImported>;
export const evaluationExportQuery = z.strictObject({ file: z.enum(['queries', 'qrels']) });

/** Means over the questions of a run, or of one question. Each 0 to 1, higher is better. */
export const evaluationMeasures = z.strictObject({
  /** nDCG@10. */
  ndcg: z.number(),
  /** The share of the expected documents among the first ten. */
  recall: z.number(),
  /** One over the place of the first expected document among the first ten. */
  reciprocal_rank: z.number(),
  /** The first document is expected; one of the first three is. */
  hit1: z.number(),
  hit3: z.number(),
});
export type EvaluationMeasures = z.infer<typeof evaluationMeasures>;

export const evaluationRun = z.strictObject({
  run_id: z.string(),
  started_at: time,
  ended_at: time,
  /** Null once that person is erased. */
  run_by: z.string().nullable(),
  mode: z.enum(['hybrid', 'lexical']),
  /** What made the vectors; null for a run by words alone. */
  embedder: z.string().nullable(),
  /** What put the best passages in order; null without. */
  reranker: z.string().nullable(),
  /** Of the corpus, ready at the end of the run. */
  documents: z.number().int(),
  passages: z.number().int(),
  /** That were asked. */
  questions: z.number().int(),
  measures: evaluationMeasures,
});
export type EvaluationRun = z.infer<typeof evaluationRun>;
export const evaluationRuns = z.strictObject({ runs: z.array(evaluationRun), next_cursor: z.string().nullable() });

export const evaluationResult = z.strictObject({
  question_id: z.string(),
  /** Where each expected document stood, from 1; null where it was not among the first ten. */
  places: z.array(z.strictObject({ document_id: z.string(), place: z.number().int().nullable() })),
  measures: evaluationMeasures,
});
export type EvaluationResult = z.infer<typeof evaluationResult>;
export const evaluationRunDetails = z.strictObject({ ...evaluationRun.shape, results: z.array(evaluationResult) });
export type EvaluationRunDetails = z.infer<typeof evaluationRunDetails>;

/** One line of a run under way, as JSON: how many questions were asked of how many, and at the end the run as it is stored, or why there
 *  is none. */
export const evaluationProgress = z.union([
  z.strictObject({ done: z.number().int(), of: z.number().int() }),
  z.strictObject({ run: evaluationRunDetails }),
  z.strictObject({ error: z.string() }),
]);
export type EvaluationProgress = z.infer<typeof evaluationProgress>;
