import type { ServerStatus } from '../contract/feed.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

export type DescribedPorts = Pick<KnowledgePorts, 'embedder' | 'serving' | 'reranker'> & {
  /** What people call them. */
  names: { embedder: string; reranker: string };
  modelLabel: string;
};

/** What searches and what answers at this moment, in words fit for everybody. */
export async function describeServer(ports: DescribedPorts): Promise<ServerStatus> {
  const embedder = ports.embedder.state();
  const reranker = ports.reranker?.state();
  return {
    embedder: embedder.state,
    embedder_detail: embedder.state === 'unavailable' ? embedder.reason : '',
    embedder_name: ports.names.embedder,
    ...(await ports.serving.status()),
    reranker: reranker?.state ?? 'none',
    reranker_detail: reranker?.state === 'unavailable' ? reranker.reason : '',
    reranker_name: ports.names.reranker,
    model: ports.modelLabel,
  };
}
