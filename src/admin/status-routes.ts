import { route } from '../access/route.ts';
import { serverStatus } from '../contract/feed.ts';
import type { EmbedderHandle } from '../knowledge/embedder-handle.ts';

export function statusRoutes(ports: { embedder: EmbedderHandle; modelLabel: string }) {
  return [
    route({
      method: 'get',
      path: '/api/status',
      tag: 'Health',
      summary: 'What searches and what answers on this server.',
      access: { action: 'feed.read' },
      answers: { 200: { description: 'The state', schema: serverStatus } },
      handler: () => {
        const embedder = ports.embedder.state();
        return Promise.resolve({
          status: 200,
          json: {
            embedder: embedder.state,
            embedder_detail: embedder.state === 'unavailable' ? embedder.reason : '',
            model: ports.modelLabel,
          },
        });
      },
    }),
  ];
}
