import { readAgentDefaults, setAgentDefaults } from '../access/agent-defaults.ts';
import { route } from '../access/route.ts';
import type { Clock } from '../clock.ts';
import { agentDefaults, agentDefaultsBody } from '../contract/agent-defaults.ts';
import type { Store } from '../store/store.ts';

const tag = 'Administration';
const path = '/api/admin/agent-defaults';

/** The administrators' setting of the agents that sessions begin with. */
export function adminAgentDefaultsRoutes(ports: { store: Store; clock: Clock }) {
  return [
    route({
      method: 'get',
      path,
      summary: 'The agents that sessions begin with where nobody names one: of everybody, and of groups in their order',
      tag,
      access: { action: 'admin.agents.read' },
      answers: { 200: { description: 'The defaults', schema: agentDefaults } },
      handler: async () => ({ status: 200, json: await readAgentDefaults(ports) }),
    }),
    route({
      method: 'put',
      path,
      summary:
        'Set the agents that sessions begin with, all at once; of somebody in several groups the first counts that they may use',
      tag,
      access: { action: 'admin.agents.write' },
      body: agentDefaultsBody,
      answers: { 204: { description: 'Set' }, 400: { description: 'One of the groups or agents is not there' } },
      async handler({ actor, body }) {
        await setAgentDefaults(ports, actor, body);
        return { status: 204 };
      },
    }),
  ];
}
