import type { FoundBecause } from '../contract/documents.ts';
import type { Hit } from '../retrieval/hit.ts';

/** What each list of a search gave, best first. */
export type FoundLists = { lexical: readonly Hit[]; dense: readonly Hit[] };

/** Why a passage was found, from the lists it was found in and what the reranker thought of it. Pure.
 *  @param matchedWords  as they stand in the passage */
export function explainFound(
  { lexical, dense }: FoundLists,
  { id, fused, reranked }: { id: number; fused: number; reranked?: number | undefined },
  matchedWords: readonly string[] = [],
): FoundBecause {
  const [byWords, byMeaning] = [placeOf(lexical, id), placeOf(dense, id)];
  return {
    ...(byWords && { lexical: { rank: byWords.rank, score: byWords.score } }),
    ...(byMeaning && { dense: { rank: byMeaning.rank, similarity: byMeaning.score } }),
    fused,
    ...(reranked !== undefined && { reranked }),
    matched_words: [...matchedWords],
  };
}

function placeOf(list: readonly Hit[], id: number): { rank: number; score: number } | undefined {
  const index = list.findIndex((hit) => hit.id === id);
  const found = list[index];
  return found && { rank: index + 1, score: found.score };
}
