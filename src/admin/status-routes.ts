import { route } from '../access/route.ts';
import { type ServerStatus, serverStatus } from '../contract/feed.ts';

export function statusRoutes(ports: { describe(): Promise<ServerStatus> }) {
  return [
    route({
      method: 'get',
      path: '/api/status',
      tag: 'Health',
      summary: 'What searches and what answers on this server.',
      access: { action: 'feed.read' },
      answers: { 200: { description: 'The state', schema: serverStatus } },
      handler: async () => ({ status: 200, json: await ports.describe() }),
    }),
  ];
}
