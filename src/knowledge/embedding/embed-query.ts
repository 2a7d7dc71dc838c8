import type { EmbedPriority } from '../../models/embedder.ts';
import type { Searching, ServingEmbedder } from './serving-embedder.ts';

/** A person waits: what takes longer is left out, and the search goes by words alone. */
const deadlineMs = 3_000;

export type EmbeddedQuery = { mode: Searching['mode']; vector: { embedder: string; values: Float32Array } };

/** A question as a vector of the embedder that serves; undefined when there is none, or it is too slow at the moment for somebody who
 *  waits.
 *  @param priority  `batch` waits for its turn, however long
 *  @throws the signal's reason when the caller left */
export async function embedQuery(
  serving: ServingEmbedder,
  query: string,
  signal: AbortSignal,
  priority: EmbedPriority,
): Promise<EmbeddedQuery | undefined> {
  const searching = await serving.current();
  if (!searching) return undefined;
  const { embedder, handle, mode } = searching;
  const late = priority === 'query' ? AbortSignal.timeout(deadlineMs) : new AbortController().signal;
  try {
    const [values] = await embedder.embed([query], {
      role: 'query',
      priority,
      signal: AbortSignal.any([signal, late]),
    });
    return values && { mode, vector: { embedder: embedder.id, values } };
  } catch (error) {
    signal.throwIfAborted();
    if (!late.aborted) handle.fail(error);
    return undefined;
  }
}
