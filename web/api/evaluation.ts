import {
  type EvaluationRunDetails,
  evaluationImported,
  evaluationProgress,
  evaluationQuestion,
  evaluationQuestions,
  evaluationRunDetails,
  evaluationRuns,
} from '../../src/contract/evaluation.ts';
import { said, t } from '../i18n/translate.ts';
import { call, callForLines, command, queryString } from './client.ts';
import { ApiError } from './errors.ts';

const evaluationOf = (corpusId: string) => `/api/corpora/${encodeURIComponent(corpusId)}/evaluation`;

export const listEvaluationQuestions = (corpusId: string, signal: AbortSignal) =>
  call(evaluationQuestions, 'GET', `${evaluationOf(corpusId)}/questions`, { signal });
export const keepEvaluationQuestion = (corpusId: string, body: { question: string; expected: readonly string[] }) =>
  call(evaluationQuestion, 'POST', `${evaluationOf(corpusId)}/questions`, { body });
export const removeEvaluationQuestion = (corpusId: string, questionId: string) =>
  command('DELETE', `${evaluationOf(corpusId)}/questions/${encodeURIComponent(questionId)}`);
export const importEvaluation = (corpusId: string, body: { queries: unknown[]; qrels: unknown[] }) =>
  call(evaluationImported, 'POST', `${evaluationOf(corpusId)}/import`, { body });
export const evaluationExportOf = (corpusId: string, file: 'queries' | 'qrels') =>
  `${evaluationOf(corpusId)}/export${queryString({ file })}`;

export const listEvaluationRuns = (corpusId: string, query: { cursor?: string; limit?: number }, signal: AbortSignal) =>
  call(evaluationRuns, 'GET', `${evaluationOf(corpusId)}/runs${queryString(query)}`, { signal });
export const fetchEvaluationRun = (corpusId: string, runId: string, signal: AbortSignal) =>
  call(evaluationRunDetails, 'GET', `${evaluationOf(corpusId)}/runs/${encodeURIComponent(runId)}`, { signal });

/** Two hundred questions, each behind everything somebody waits for. */
const runTimeoutMs = 30 * 60_000;

/** Asks every question; leaving by the signal stores nothing.
 *  @param onProgress  told before each question how many were asked, of how many */
export async function measureSearch(
  corpusId: string,
  onProgress: (progress: { done: number; of: number }) => void,
  signal: AbortSignal,
): Promise<EvaluationRunDetails> {
  const options = { signal, timeoutMs: runTimeoutMs };
  for await (const line of callForLines(evaluationProgress, 'POST', `${evaluationOf(corpusId)}/runs`, options)) {
    if ('run' in line) return line.run;
    if ('error' in line) {
      throw new ApiError({ status: 200, code: 'no_run', title: t('Nothing was measured'), detail: said(line.error) });
    }
    onProgress(line);
  }
  throw new ApiError({
    status: 200,
    code: 'no_run',
    title: t('Nothing was measured'),
    detail: t('The server ended the run before it was done. Try again.'),
  });
}
