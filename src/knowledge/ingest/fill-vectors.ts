import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Embedder } from '../../models/embedder.ts';
import type { Store } from '../../store/store.ts';
import { embeddedAtOnce, embedPassages } from './embed-document.ts';

/** Gives vectors to documents that became searchable by words alone, because there was no embedder or another one. What is stored
 *  stays stored when this is cut short; the next start goes on.
 *  @returns how many were made
 *  @throws Error of the embedder; the signal's reason when aborted */
export async function fillMissingVectors(
  ports: { store: Store; clock: Clock; log: Log; embedder: Embedder },
  signal: AbortSignal,
): Promise<number> {
  const { store, clock, log, embedder } = ports;
  let made = 0;
  for (let afterRowid = 0; !signal.aborted; ) {
    const passages = await store.scan.passagesWithoutVectors({
      embedder: embedder.id,
      afterRowid,
      limit: embeddedAtOnce,
    });
    const last = passages.at(-1);
    if (!last) break;
    const vectors = await embedPassages(embedder, passages, signal);
    await store.write.fillPassageVectors({ embedder: embedder.id, vectors, at: clock.now() });
    afterRowid = last.rowid;
    made += vectors.length;
  }
  if (made > 0) log.info('missing_vectors_filled', { passages: made, embedder: embedder.id });
  return made;
}
