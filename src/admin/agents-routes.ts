import { z } from 'zod';
import { listAgents, setAgentCorpora } from '../access/agent-corpora.ts';
import { route } from '../access/route.ts';
import type { Clock } from '../clock.ts';
import { adminAgentList, agentCorporaBody } from '../contract/agents.ts';
import type { Store } from '../store/store.ts';

const tag = 'Administration';

/** The administrators' setting of the corpora that sessions with an agent begin with. */
export function adminAgentRoutes(ports: { store: Store; clock: Clock }) {
  return [
    route({
      method: 'get',
      path: '/api/admin/agents',
      summary: 'Every agent, with the corpora that sessions with it begin with',
      tag,
      access: { action: 'admin.agents.read' },
      answers: { 200: { description: 'Agents by name', schema: adminAgentList } },
      handler: async () => ({ status: 200, json: { agents: await listAgents(ports) } }),
    }),
    route({
      method: 'put',
      path: '/api/admin/agents/:agent_id/default-corpora',
      summary: 'Set the corpora that sessions with an agent begin with; none means all that a person may read',
      tag,
      access: { action: 'admin.agents.write' },
      params: z.strictObject({ agent_id: z.string().min(1).max(100) }),
      body: agentCorporaBody,
      answers: {
        204: { description: 'Set' },
        400: { description: 'One of the corpora is not there' },
        404: { description: 'No such agent' },
      },
      async handler({ actor, params, body }) {
        await setAgentCorpora(ports, actor, params.agent_id, body.corpora);
        return { status: 204 };
      },
    }),
  ];
}
