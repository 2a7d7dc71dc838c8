import { authorize } from '../access/authorize.ts';
import { route } from '../access/route.ts';
import { agentList } from '../contract/sessions.ts';
import type { ServingModels } from '../models/endpoints.ts';
import type { Store } from '../store/store.ts';

export function agentRoutes(ports: { store: Store; models: Pick<ServingModels, 'names'> }) {
  return [
    route({
      method: 'get',
      path: '/api/agents',
      tag: 'Agents',
      summary: 'The agents I may use.',
      access: { action: 'agent.list' },
      answers: { 200: { description: 'Agents', schema: agentList } },
      async handler({ actor }) {
        const { userId } = actor;
        const [agents, begins, { labelOf }] = await Promise.all([
          ports.store.read.agentAccess({ userId }),
          ports.store.read.defaultAgent({ userId }),
          ports.models.names(),
        ]);
        const corpusIds = agents.flatMap((agent) => agent.default_corpora);
        const corpora = await ports.store.read.corpusAccess({ userId, corpusIds });
        const searchable = new Set(
          corpora
            .filter((each) => each.archived_at === null && authorize(actor, 'corpus.read', each))
            .map(({ id }) => id),
        );
        const shown = agents.map(({ id, name, description, model, default_corpora }) => ({
          id,
          name,
          description,
          model: labelOf(model),
          default_corpora: default_corpora.filter((corpusId) => searchable.has(corpusId)),
          is_default: id === begins?.id,
        }));
        return { status: 200, json: { agents: shown } };
      },
    }),
  ];
}
