import type { ServerStatus } from '../contract/feed.ts';
import type { Store } from '../store/store.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

export type DescribedPorts = Pick<KnowledgePorts, 'embedder' | 'serving' | 'reranker'> & {
  /** What people call them. */
  names: { embedder: string; reranker: string };
  modelLabel(): Promise<string>;
  store: Pick<Store, 'vectorPlace'>;
  /** How many passages a search may find. */
  countPassages(): Promise<number>;
};

/** What searches and what answers at this moment, in words fit for everybody. */
export async function describeServer(ports: DescribedPorts): Promise<ServerStatus> {
  const embedder = ports.embedder.state();
  const reranker = ports.reranker?.state();
  const place = ports.store.vectorPlace();
  return {
    embedder: embedder.state,
    embedder_detail: embedder.state === 'unavailable' ? embedder.reason : '',
    embedder_name: ports.names.embedder,
    ...(await ports.serving.status()),
    search_in: {
      vectors: place.kind,
      passages: await ports.countPassages(),
      detail: place.kind === 'pgvector' ? place.version : place.why,
    },
    reranker: reranker?.state ?? 'none',
    reranker_detail: reranker?.state === 'unavailable' ? reranker.reason : '',
    reranker_name: ports.names.reranker,
    model: await ports.modelLabel(),
  };
}
