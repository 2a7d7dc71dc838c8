import type { Log } from '../../log.ts';
import type { Embedder } from '../../models/embedder.ts';
import { loadModel, type ModelHandle, type ModelHandleOptions } from './model-handle.ts';

/** Without a ready embedder search goes by words alone. */
export type EmbedderHandle = ModelHandle<Embedder>;

/** Opens an embedder without holding anybody up. */
export function loadEmbedder(
  open: () => Promise<Embedder>,
  log: Log,
  more: Pick<ModelHandleOptions<Embedder>, 'onOpened' | 'retryAfterMs'> = {},
): EmbedderHandle {
  return loadModel({ open, log, what: 'embedder', ...more });
}
