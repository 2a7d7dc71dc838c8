import type { Retention } from '../access/retention-rules.ts';
import type { Clock } from '../clock.ts';
import type { FetchPorts } from '../http/fetch-public.ts';
import type { Log } from '../log.ts';
import type { FileStore } from '../store/file-store.ts';
import type { Store } from '../store/store.ts';
import type { EmbedderHandle } from './embedding/embedder-handle.ts';
import type { ServingEmbedder } from './embedding/serving-embedder.ts';
import type { RerankerHandle } from './rerank.ts';
import type { DeletionSweeper } from './sweep-deleted.ts';

/** What the functions of this folder work with. */
export type KnowledgePorts = {
  store: Store;
  retention: Pick<Retention, 'rules'>;
  clock: Clock;
  log: Log;
  /** Originals as they were uploaded. */
  files: FileStore;
  /** The embedder that is set. */
  embedder: EmbedderHandle;
  /** Whose vectors a search uses. */
  serving: ServingEmbedder;
  /** Undefined: the fused order is the last. */
  reranker: RerankerHandle | undefined;
  sweeper: DeletionSweeper;
  /** Which web addresses may be read from. */
  fetchPorts: FetchPorts;
  /** Bytes of one upload at most. */
  maxDocumentBytes: number;
  /** How long one upload may take. */
  uploadDeadlineMs: number;
};
