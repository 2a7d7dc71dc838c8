import { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import {
  type EvaluationRun,
  type EvaluationRunDetails,
  evaluationResult,
  evaluationRun,
} from '../../contract/evaluation.ts';
import { formatKeyset, parseKeyset } from '../../contract/keyset.ts';
import { AppError } from '../../errors.ts';
import type { EvaluationRunRecord } from '../../store/queries/evaluation.ts';
import { requireCorpus } from '../corpus-rights.ts';
import type { KnowledgePorts } from '../knowledge-ports.ts';

type Ports = Pick<KnowledgePorts, 'store'>;

const defaultLimit = 20;

/** What was measured of a corpus, newest first; for those who may curate it.
 *  @throws AppError not_found, forbidden, bad_request */
export async function listRuns(
  { store }: Ports,
  actor: Actor,
  corpusId: string,
  page: { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ runs: EvaluationRun[]; next_cursor: string | null }> {
  await requireCorpus({ store }, actor, corpusId, 'corpus.curate');
  const limit = page.limit ?? defaultLimit;
  const before = page.cursor === undefined ? undefined : Number(parseKeyset(page.cursor)?.value);
  if (before !== undefined && !Number.isSafeInteger(before)) {
    throw new AppError('bad_request', { detail: 'Query: cursor is not valid.' });
  }
  const records = await store.scan.evaluationRuns({
    corpusId,
    limit: limit + 1,
    ...(before !== undefined && { before }),
  });
  const runs = records.slice(0, limit);
  const last = runs.at(-1);
  return {
    runs: runs.map(toRun),
    next_cursor: records.length > limit && last ? formatKeyset({ value: last.position, id: '' }) : null,
  };
}

/** One run with what was measured of each question.
 *  @throws AppError not_found, forbidden */
export async function getRun(
  { store }: Ports,
  actor: Actor,
  corpusId: string,
  runId: string,
): Promise<EvaluationRunDetails> {
  await requireCorpus({ store }, actor, corpusId, 'corpus.curate');
  const record = await store.scan.evaluationRun({ corpusId, runId });
  if (!record) throw new AppError('not_found');
  return { ...toRun(record), results: z.array(evaluationResult).parse(JSON.parse(record.results)) };
}

function toRun(record: EvaluationRunRecord): EvaluationRun {
  const { ndcg, recall, reciprocal_rank, hit1, hit3 } = record;
  return {
    run_id: record.id,
    started_at: record.started_at,
    ended_at: record.ended_at,
    run_by: record.username,
    mode: evaluationRun.shape.mode.parse(record.mode),
    embedder: record.embedder,
    reranker: record.reranker,
    documents: record.documents,
    passages: record.passages,
    questions: record.questions,
    measures: { ndcg, recall, reciprocal_rank, hit1, hit3 },
  };
}
