import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { FoundPassage } from '../contract/documents.ts';
import type { Hit } from '../retrieval/hit.ts';
import type { PassageRecord } from '../store/queries/knowledge-passages.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

/** `hit` has the score by which it is ordered, `fused` that of both lists together, `reranked` that of the reranker if it was asked. */
export type FoundRecord = PassageRecord & { hit: Hit; fused: number; reranked?: number };

/** Neighbours as one passage, which has the id and the score of the best of them and the text from the first to the last.
 *  @param group  in the order of the text, at least one */
export async function foundPassage(
  ports: Pick<KnowledgePorts, 'store'>,
  { userId }: Actor,
  group: readonly FoundRecord[],
): Promise<{ passage: FoundPassage; best: FoundRecord }> {
  const best = group.reduce((one, other) => (other.hit.score > one.hit.score ? other : one));
  const start = Math.min(...group.map((each) => each.start_offset));
  const end = Math.max(...group.map((each) => each.end_offset));
  const passage = toFoundPassage(best, best.hit.score);
  if (group.length === 1) return { passage, best };
  const { document_id: documentId, version } = best;
  const text = await ports.store.scan.documentTextBetween({ userId, documentId, version, start, end });
  // A text that went meanwhile leaves what was found.
  return { passage: text === undefined ? passage : { ...passage, start, end, text }, best };
}

const headings = z.array(z.string());

export function toFoundPassage(record: PassageRecord, score: number): FoundPassage {
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
