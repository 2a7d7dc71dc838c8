import type { Actor } from '../access/actor.ts';
import type { FoundPassage, SearchMode } from '../contract/documents.ts';
import { AppError } from '../errors.ts';
import type { EmbedPriority } from '../models/embedder.ts';
import { fuse, fusedPerList } from '../retrieval/fuse.ts';
import { language as knownLanguage } from '../retrieval/language.ts';
import { matchedWords, questionTerms } from '../retrieval/terms.ts';
import type { Hit } from '../retrieval/hit.ts';
import { readableCorpora, searchableCorpora } from './corpus-rights.ts';
import { embedQuery } from './embedding/embed-query.ts';
import { explainFound } from './explain-found.ts';
import { type FoundRecord, foundPassage, toFoundPassage } from './found-passage.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { mergeNeighbours } from './merge-neighbours.ts';
import { rerank, rerankedPassages } from './rerank.ts';

type Ports = Pick<KnowledgePorts, 'store' | 'serving' | 'reranker'>;

export type SearchInput = {
  query: string;
  /** Ids or names; left out means every corpus the actor may read. */
  corpora?: readonly string[] | undefined;
  /** Ids; left out means every document of the corpora. */
  documents?: readonly string[] | undefined;
  /** When a document was added: from this moment on, and before that one. */
  added_from?: string | undefined;
  added_before?: string | undefined;
  /** Only documents that have at least one of them. */
  tags?: readonly string[] | undefined;
  limit?: number | undefined;
  /** Whether each passage tells why it was found. */
  explain?: boolean | undefined;
  /** `batch` when nobody waits for this answer: whoever waits for theirs goes first. */
  priority?: EmbedPriority | undefined;
};
export type SearchAnswer = { passages: FoundPassage[]; mode: SearchMode; reranked?: boolean };

const defaultLimit = 10;
/** So many more hits than are wanted are looked at for neighbours of the best. */
const hitsPerPassage = 2;

/** Finds the passages that fit a question best, by words and by meaning, in what the actor may read; neighbours come as one. Rights are asked
 *  twice: before the search, which looks at nothing else, and again before a passage leaves. Each score is 0 to 1 within this answer,
 *  higher is better.
 *  @throws AppError not_found for a corpus or a document that is missing or not readable; corpus_archived */
export async function searchKnowledge(
  ports: Ports,
  actor: Actor,
  input: SearchInput,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const { corpora, missing } = await searchableCorpora(ports, actor, input.corpora);
  if (missing !== undefined) throw new AppError('not_found');
  const corpusIds = corpora.map((each) => each.id);
  await requireDocumentsAmong(ports, actor, corpusIds, input.documents);
  const terms = questionTerms(input.query);
  const priority = input.priority ?? 'query';
  const { mode, vector } = (await embedQuery(ports.serving, input.query, signal, priority)) ?? { mode: 'lexical' };
  const limit = input.limit ?? defaultLimit;
  const hits = await ports.store.scan.searchPassages({
    corpusIds,
    terms,
    ...(vector && { vector }),
    filter: {
      documentIds: input.documents,
      addedFrom: input.added_from,
      addedBefore: input.added_before,
      tags: input.tags,
    },
    limit: fusedPerList,
  });
  const { reranker } = ports;
  const fused = fuse(vector ? [hits.lexical, hits.dense] : [hits.lexical]);
  const looked = Math.max(limit * hitsPerPassage, reranker ? rerankedPassages : 0);
  let found = await readAgain(ports, actor, fused.slice(0, looked), corpusIds);
  const ordered = reranker && (await rerank(reranker, input.query, found, { signal, priority }));
  // Meanwhile somebody may have lost a right.
  if (ordered) {
    const hitsInOrder = ordered.map(({ hit }) => hit);
    const still = new Set((await readAgain(ports, actor, hitsInOrder, corpusIds)).map(({ rowid }) => rowid));
    found = ordered.filter(({ rowid }) => still.has(rowid));
  }
  const groups = mergeNeighbours(found.slice(0, limit * hitsPerPassage), limit);
  const passages = await Promise.all(groups.map((group) => foundPassage(ports, actor, group)));
  const answer = { mode, ...(reranker && { reranked: ordered !== undefined }) };
  if (!input.explain) return { passages: passages.map(({ passage }) => passage), ...answer };
  const asked = new Set(terms);
  const explained = passages.map(({ passage, best }) => {
    const heading = [passage.document_title, ...passage.heading_path].join('\n');
    const words = matchedWords(`${passage.text}\n${heading}`, asked, knownLanguage.parse(best.language));
    return { ...passage, explain: explainFound(hits, { ...best, id: best.hit.id }, words) };
  });
  return { passages: explained, ...answer };
}

/** @throws AppError not_found for one that is not in these corpora */
async function requireDocumentsAmong(
  ports: Pick<Ports, 'store'>,
  { userId }: Actor,
  corpusIds: readonly string[],
  documentIds: readonly string[] = [],
): Promise<void> {
  if (documentIds.length === 0) return;
  const known = new Set(await ports.store.read.documentsAmong({ userId, documentIds, corpusIds }));
  if (!documentIds.every((id) => known.has(id))) throw new AppError('not_found');
}

/** What of the hits the actor may read at this moment, in their order. */
async function readAgain(
  ports: Pick<Ports, 'store'>,
  { userId }: Actor,
  hits: readonly Hit[],
  corpusIds: readonly string[],
): Promise<FoundRecord[]> {
  const still = await ports.store.read.corpusAccess({ userId, corpusIds });
  const records = await ports.store.read.passagesByRow({
    userId,
    rowids: hits.map((hit) => hit.id),
    corpusIds: still.flatMap(({ id, archived_at }) => (archived_at === null ? [id] : [])),
  });
  const byRow = new Map(records.map((record) => [record.rowid, record]));
  return hits.flatMap((hit) => {
    const record = byRow.get(hit.id);
    return record ? [{ ...record, hit, fused: hit.score }] : [];
  });
}

/** One passage, if the actor may read it; undefined alike for one that is missing, deleted or not readable. */
export async function openPassage(
  ports: Pick<Ports, 'store'>,
  actor: Actor,
  passageId: string,
): Promise<FoundPassage | undefined> {
  const record = await ports.store.read.passageById({ userId: actor.userId, passageId });
  if (!record) return undefined;
  const { corpora } = await readableCorpora(ports, actor, [record.corpus_id]);
  return corpora.some((each) => each.id === record.corpus_id) ? toFoundPassage(record, 1) : undefined;
}
