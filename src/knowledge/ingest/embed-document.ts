import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Embedder } from '../../models/embedder.ts';
import type { JobHold } from '../../store/commands/jobs.ts';
import type { VectorRow } from '../../store/commands/knowledge-ingest.ts';
import type { UnembeddedPassage } from '../../store/queries/knowledge-passages.ts';
import type { Store } from '../../store/store.ts';
import { embeddingText } from './embedding-text.ts';
import type { OneAtATime } from './one-at-a-time.ts';

/** Passages embedded between two commits: about a third of a second of work, and what a kill repeats at most. */
export const embeddedAtOnce = 32;
/** Reading and splitting count for the first part of a document's progress, embedding for the rest. */
const readAndSplit = 0.2;

/** Stores the vectors that a held job's document lacks, batch by batch; what is stored already is not embedded again. The embedder is free
 *  for the next batch of any document when this one is stored: what a kill repeats is one batch of all.
 *  @returns false when the job is lost
 *  @throws Error of the embedder; the signal's reason when aborted */
export async function embedDocument(
  ports: { store: Store; clock: Clock; embedder: Embedder; batches: OneAtATime },
  job: { hold: JobHold; documentId: string; version: number; total: number; progressBefore?: number },
  signal: AbortSignal,
): Promise<boolean> {
  const { store, clock, embedder } = ports;
  const { progressBefore = readAndSplit } = job;
  let afterOrdinal = -1;
  for (;;) {
    const passages = await store.scan.passagesToEmbed({
      documentId: job.documentId,
      version: job.version,
      embedder: embedder.id,
      afterOrdinal,
      limit: embeddedAtOnce,
    });
    const last = passages.at(-1);
    if (!last) return true;
    afterOrdinal = last.ordinal;
    const share = Math.min(1, (last.ordinal + 1) / Math.max(1, job.total));
    const held = await ports.batches(async () => {
      signal.throwIfAborted();
      return store.write.storePassageVectors({
        hold: job.hold,
        embedder: embedder.id,
        vectors: await embedPassages(embedder, passages, signal),
        progress: progressBefore + (1 - progressBefore) * share * 0.99,
        at: clock.now(),
      });
    });
    if (!held) return false;
  }
}

export async function embedPassages(
  embedder: Embedder,
  passages: readonly UnembeddedPassage[],
  signal: AbortSignal,
): Promise<VectorRow[]> {
  const texts = passages.map((passage) =>
    embeddingText({
      title: passage.title,
      headingPath: headings.parse(JSON.parse(passage.heading_path)),
      text: passage.text,
    }),
  );
  const vectors = await embedder.embed(texts, { signal, priority: 'batch' });
  return passages.flatMap((passage, index) => {
    const vector = vectors[index];
    if (!vector) return [];
    return [{ rowid: passage.rowid, passageId: passage.passage_id, vector }];
  });
}

const headings = z.array(z.string());
