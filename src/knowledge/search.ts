import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { FoundPassage } from '../contract/documents.ts';
import { AppError } from '../errors.ts';
import { fuse, fusedPerList } from '../retrieval/fuse.ts';
import { language as knownLanguage } from '../retrieval/language.ts';
import { matchedWords, questionTerms } from '../retrieval/terms.ts';
import type { PassageRecord } from '../store/queries/knowledge-passages.ts';
import { readableCorpora } from './corpus-rights.ts';
import { embedQuery } from './embed-query.ts';
import { explainFound } from './explain-found.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

type Ports = Pick<KnowledgePorts, 'store' | 'embedder'>;

export type SearchInput = {
  query: string;
  /** Ids or names; left out means every corpus the actor may read. */
  corpora?: readonly string[] | undefined;
  limit?: number | undefined;
  /** Whether each passage tells why it was found. */
  explain?: boolean | undefined;
};
export type SearchAnswer = { passages: FoundPassage[]; mode: 'hybrid' | 'lexical' };

const defaultLimit = 10;

/** Finds the passages that fit a question best, by words and by meaning, in what the actor may read. Rights are asked twice: before
 *  the search, which looks at nothing else, and again before a passage leaves. Each score is 0 to 1 within this answer, higher is better.
 *  @throws AppError not_found for a corpus that is missing or not readable */
export async function searchKnowledge(
  ports: Ports,
  actor: Actor,
  input: SearchInput,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const { corpora, missing } = await readableCorpora(ports, actor, input.corpora);
  if (missing !== undefined) throw new AppError('not_found');
  const terms = questionTerms(input.query);
  const vector = await embedQuery(ports.embedder, input.query, signal);
  const mode = vector ? 'hybrid' : 'lexical';
  const hits = await ports.store.scan.searchPassages({
    corpusIds: corpora.map((each) => each.id),
    terms,
    ...(vector && { vector }),
    limit: fusedPerList,
  });
  const fused = fuse(vector ? [hits.lexical, hits.dense] : [hits.lexical]);
  const best = fused.slice(0, input.limit ?? defaultLimit);
  const found = await readAgain(ports, actor, {
    rowids: best.map((hit) => hit.id),
    corpora: corpora.map(({ id }) => id),
  });
  const passages = best.flatMap((hit) => {
    const record = found.get(hit.id);
    if (!record) return [];
    const passage = toFoundPassage(record, hit.score);
    if (!input.explain) return [passage];
    const heading = [passage.document_title, ...passage.heading_path].join('\n');
    const words = matchedWords(`${record.text}\n${heading}`, new Set(terms), knownLanguage.parse(record.language));
    return [{ ...passage, explain: explainFound(hits, hit, words) }];
  });
  return { passages, mode };
}

/** What of the found passages the actor may read at this moment, by row number. */
async function readAgain(
  ports: Ports,
  actor: Actor,
  args: { rowids: number[]; corpora: string[] },
): Promise<Map<number, PassageRecord>> {
  const still = await ports.store.read.corpusAccess({ userId: actor.userId, corpusIds: args.corpora });
  const records = await ports.store.read.passagesByRow({ rowids: args.rowids, corpusIds: still.map(({ id }) => id) });
  return new Map(records.map((record) => [record.rowid, record]));
}

/** One passage, if the actor may read it; undefined alike for one that is missing, deleted or not readable. */
export async function openPassage(
  ports: Pick<Ports, 'store'>,
  actor: Actor,
  passageId: string,
): Promise<FoundPassage | undefined> {
  const record = await ports.store.read.passageById({ passageId });
  if (!record) return undefined;
  const { corpora } = await readableCorpora(ports, actor, [record.corpus_id]);
  return corpora.some((each) => each.id === record.corpus_id) ? toFoundPassage(record, 1) : undefined;
}

const headings = z.array(z.string());

function toFoundPassage(record: PassageRecord, score: number): FoundPassage {
  return {
    corpus_id: record.corpus_id,
    corpus_name: record.corpus_name,
    document_id: record.document_id,
    document_version: record.version,
    document_title: record.document_title,
    passage_id: record.passage_id,
    start: record.start_offset,
    end: record.end_offset,
    ...(record.page !== null && { page: record.page }),
    score,
    text: record.text,
    heading_path: headings.parse(JSON.parse(record.heading_path)),
  };
}
