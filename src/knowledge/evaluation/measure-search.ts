import { type Actor, byOf } from '../../access/actor.ts';
import type {
  EvaluationMeasures,
  EvaluationProgress,
  EvaluationQuestion,
  EvaluationResult,
} from '../../contract/evaluation.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { requireCorpus } from '../corpus-rights.ts';
import type { KnowledgePorts } from '../knowledge-ports.ts';
import { searchKnowledge } from '../search.ts';
import { documentsOf, type Measures, meanOf, measuredDepth, measureRanking } from './measures.ts';
import { listQuestions } from './questions.ts';
import { getRun } from './runs.ts';

type Ports = Pick<KnowledgePorts, 'store' | 'clock' | 'log' | 'serving' | 'reranker'>;

/** As many passages as anybody may ask a search for: a document scores as its best passage. */
const passagesAQuestion = 50;

/** Asks every question of a corpus, one after the other and after all that somebody waits for, and stores what was measured in one commit at
 *  its end; whoever stops reading ends it, and then nothing is stored. One runs at a time.
 *  @param underWay  holds what runs in this process
 *  @throws AppError not_found, forbidden, conflict without a question to ask, before the first line */
export async function measureSearch(
  ports: Ports,
  underWay: Set<string>,
  actor: Actor,
  corpusId: string,
  signal: AbortSignal,
): Promise<AsyncGenerator<EvaluationProgress>> {
  await requireCorpus(ports, actor, corpusId, 'corpus.curate');
  const questions = (await listQuestions(ports, actor, corpusId)).filter(({ expected }) =>
    expected.some(({ is_deleted }) => !is_deleted),
  );
  if (questions.length === 0) {
    throw new AppError('conflict', {
      detail: 'There is no question to ask. Keep one first, with a document that answers it.',
    });
  }
  return lines(ports, underWay, { actor, corpusId, questions }, signal);
}

type Asked = { actor: Actor; corpusId: string; questions: readonly EvaluationQuestion[] };

async function* lines(
  ports: Ports,
  underWay: Set<string>,
  asked: Asked,
  signal: AbortSignal,
): AsyncGenerator<EvaluationProgress> {
  if (underWay.size > 0) {
    yield { error: 'Another evaluation is under way. Try again when it is done.' };
    return;
  }
  underWay.add(asked.corpusId);
  try {
    yield* measure(ports, asked, signal);
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof AppError)) ports.log.error('evaluation_failed', { reason: String(error).slice(0, 200) });
    yield { error: error instanceof AppError ? error.message : 'The evaluation broke off. Try again.' };
  } finally {
    underWay.delete(asked.corpusId);
  }
}

async function* measure(
  ports: Ports,
  { actor, corpusId, questions }: Asked,
  signal: AbortSignal,
): AsyncGenerator<EvaluationProgress> {
  // Right after a start an embedder is on its way: a run that began without it would end when it comes.
  await ports.serving.settled(signal);
  const startedAt = ports.clock.now();
  const { embedder, mode, reranker } = await searchedBy(ports);
  if (mode === 'partial') {
    throw new AppError('conflict', {
      detail:
        'Another embedder has not come to all passages yet. Measure when it has: until then each run would be of another search.',
    });
  }
  const measures: Measures[] = [];
  const results: EvaluationResult[] = [];
  for (const { question_id, question, expected } of questions) {
    yield { done: results.length, of: questions.length };
    signal.throwIfAborted();
    const query = { query: question, corpora: [corpusId], limit: passagesAQuestion, priority: 'batch' } as const;
    const found = await searchKnowledge(ports, actor, query, signal);
    if (found.mode !== mode || (await searchedBy(ports)).embedder !== embedder) {
      throw new AppError('conflict', { detail: 'The embedder came or went meanwhile. Start again.' });
    }
    if ((found.reranked === true) !== (reranker !== null)) {
      throw new AppError('conflict', { detail: 'The reranker came or went meanwhile. Start again.' });
    }
    const documents = documentsOf(found.passages);
    const gains = new Map(
      expected.filter(({ is_deleted }) => !is_deleted).map(({ document_id, gain }) => [document_id, gain]),
    );
    const measured = measureRanking(documents, gains);
    measures.push(measured);
    const places = [...gains.keys()].map((document_id) => ({ document_id, place: placeOf(document_id, documents) }));
    results.push({ question_id, places, measures: told(measured) });
  }
  const mean = meanOf(measures);
  if (!mean) return;
  const id = newId();
  const change = { at: ports.clock.now(), by: byOf(actor) };
  const run = { id, corpusId, startedAt, mode, embedder, reranker, measures: told(mean), results } as const;
  await ports.store.write.storeEvaluationRun({ ...run, ...change });
  yield { run: await getRun(ports, actor, corpusId, id) };
}

/** What finds and orders at this moment, as a run remembers it. */
async function searchedBy({ serving, reranker }: Pick<Ports, 'serving' | 'reranker'>) {
  const searching = await serving.current();
  return {
    mode: searching?.mode ?? ('lexical' as const),
    embedder: searching?.embedder.id ?? null,
    reranker: reranker?.current()?.id ?? null,
  };
}

function placeOf(document: string, documents: readonly string[]): number | null {
  const index = documents.slice(0, measuredDepth).indexOf(document);
  return index === -1 ? null : index + 1;
}

function told({ ndcg, recall, reciprocalRank, hit1, hit3 }: Measures): EvaluationMeasures {
  return { ndcg, recall, reciprocal_rank: reciprocalRank, hit1, hit3 };
}
