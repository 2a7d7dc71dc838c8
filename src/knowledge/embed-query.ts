import type { EmbedPriority } from '../models/embedder.ts';
import type { EmbedderHandle } from './embedder-handle.ts';

/** A person waits: what takes longer is left out, and the search goes by words alone. */
const deadlineMs = 3_000;

/** A question as a vector; undefined when there is no embedder, or it is too slow at the moment for somebody who waits.
 *  @param priority  `batch` waits for its turn, however long
 *  @throws the signal's reason when the caller left */
export async function embedQuery(
  handle: EmbedderHandle,
  query: string,
  signal: AbortSignal,
  priority: EmbedPriority,
): Promise<{ embedder: string; values: Float32Array } | undefined> {
  const embedder = handle.current();
  if (!embedder) return undefined;
  const late = priority === 'query' ? AbortSignal.timeout(deadlineMs) : new AbortController().signal;
  try {
    const [values] = await embedder.embed([query], { priority, signal: AbortSignal.any([signal, late]) });
    return values && { embedder: embedder.id, values };
  } catch (error) {
    signal.throwIfAborted();
    if (!late.aborted) handle.fail(error);
    return undefined;
  }
}
