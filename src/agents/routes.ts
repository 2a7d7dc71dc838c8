import { route } from '../access/route.ts';
import { agentList } from '../contract/sessions.ts';
import type { Store } from '../store/store.ts';

export function agentRoutes(ports: { store: Store; modelLabel: string }) {
  return [
    route({
      method: 'get',
      path: '/api/agents',
      tag: 'Agents',
      summary: 'The agents I may use.',
      access: { action: 'agent.list' },
      answers: { 200: { description: 'Agents', schema: agentList } },
      async handler({ actor }) {
        const agents = await ports.store.read.agentAccess({ userId: actor.userId });
        const shown = agents.map(({ id, name, description }) => ({ id, name, description, model: ports.modelLabel }));
        return { status: 200, json: { agents: shown } };
      },
    }),
  ];
}
