import { z } from 'zod';
import { listAgents, setAgentCorpora } from '../access/agent-corpora.ts';
import type { Actor } from '../access/actor.ts';
import { route } from '../access/route.ts';
import { getAgentVersion, listAgentVersions } from '../agents/agent-versions.ts';
import { loadPreviewAgent } from '../agents/load-adk.ts';
import { createAgent, deleteAgent, restoreAgent, saveAgent, setAgentActive } from '../agents/manage-agents.ts';
import { runnableAgent } from '../agents/runnable-agent.ts';
import { subAgentsOf } from '../agents/sub-agents.ts';
import { beginAgentTest, putAgentDraft } from '../agents/test-agent.ts';
import { toolCatalogue } from '../agents/tools/catalogue.ts';
import type { Clock } from '../clock.ts';
import {
  adminAgentList,
  agentActiveBody,
  agentCorporaBody,
  agentDraftBody,
  agentPreview,
  agentTest,
  agentToolName,
  agentVersionDetail,
  agentVersionList,
  createAgentBody,
  restoreAgentBody,
  saveAgentBody,
  savedAgent,
} from '../contract/agents.ts';
import { uuid } from '../contract/common.ts';
import { AppError } from '../errors.ts';
import type { ServingModels } from '../models/endpoints.ts';
import type { Store } from '../store/store.ts';

const tag = 'Administration';
const one = z.strictObject({ agent_id: z.string().min(1).max(100) });
const version = z.coerce
  .number()
  .int()
  .min(1)
  .max(2 ** 31 - 1);
const read = { action: 'admin.agents.read' } as const;
const write = { action: 'admin.agents.write' } as const;

type Ports = {
  store: Store;
  clock: Clock;
  /** Whether somebody may still act: asked where nothing is written that would refuse them. */
  isLive(actor: Actor): Promise<boolean>;
  models: Pick<ServingModels, 'names'>;
};

/** Agents as administrators build them: what each is, what it was, and what one would be. */
export function adminAgentRoutes(ports: Ports) {
  const tools = agentToolName.options.map((name) => ({ name, description: toolCatalogue[name].description }));
  return [
    route({
      method: 'get',
      path: '/api/admin/agents',
      summary: 'Every agent, with the corpora that sessions with it begin with, and what a new one is built of',
      tag,
      access: read,
      answers: { 200: { description: 'Agents by name', schema: adminAgentList } },
      async handler() {
        const [agents, { labelOf, known, takesOthers }] = await Promise.all([listAgents(ports), ports.models.names()]);
        const choices = { tools, default_model: labelOf(''), models: known, takes_other_models: takesOthers };
        return { status: 200, json: { agents, choices } };
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/agents',
      summary: 'Make an agent. Everybody may use it until its grants say otherwise.',
      tag,
      access: write,
      body: createAgentBody,
      answers: { 201: { description: 'Made', schema: savedAgent }, 409: { description: 'The name is taken' } },
      handler: async ({ actor, body }) => ({ status: 201, json: await createAgent(ports, actor, body) }),
    }),
    route({
      method: 'post',
      path: '/api/admin/agent-preview',
      summary: 'What a model would be sent of an agent, before the conversation. Nothing is stored or sent.',
      tag,
      access: read,
      body: agentDraftBody,
      answers: { 200: { description: 'The system text and the tools', schema: agentPreview } },
      async handler({ actor, body }) {
        if (!(await ports.isLive(actor))) throw new AppError('unauthenticated');
        const previewAgent = await loadPreviewAgent();
        const subAgents = await subAgentsOf(ports, actor, body.definition.sub_agents);
        return { status: 200, json: await previewAgent(runnableAgent('agent', body.definition), subAgents) };
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/agent-tests',
      summary:
        'Open a temporary session, mine alone, in which an agent that is not saved answers. Ask in it as in any other.',
      tag,
      access: write,
      body: agentDraftBody,
      answers: { 201: { description: 'Opened', schema: agentTest } },
      handler: async ({ actor, body }) => ({
        status: 201,
        json: await beginAgentTest(ports, actor, body.definition),
      }),
    }),
    route({
      method: 'put',
      path: '/api/admin/agent-tests/:session_id',
      summary: 'Set what answers the next question in a session that tests an agent',
      tag,
      access: write,
      params: z.strictObject({ session_id: uuid }),
      body: agentDraftBody,
      answers: { 204: { description: 'Set' }, 404: { description: 'No such test of mine' } },
      async handler({ actor, params, body }) {
        await putAgentDraft(ports, actor, params.session_id, body.definition);
        return { status: 204 };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/agents/:agent_id',
      summary: 'All that an agent is: its newest version',
      tag,
      access: read,
      params: one,
      answers: { 200: { description: 'The newest version', schema: agentVersionDetail } },
      handler: async ({ params }) => ({ status: 200, json: await getAgentVersion(ports, params.agent_id) }),
    }),
    route({
      method: 'put',
      path: '/api/admin/agents/:agent_id',
      summary: 'Save an agent as a new version, which answers from the next turn on',
      tag,
      access: write,
      params: one,
      body: saveAgentBody,
      answers: {
        200: { description: 'The newest version', schema: savedAgent },
        409: { description: 'Somebody else saved it after `base_version`, or the name is taken' },
      },
      handler: async ({ actor, params, body }) => ({
        status: 200,
        json: await saveAgent(ports, actor, params.agent_id, body),
      }),
    }),
    route({
      method: 'delete',
      path: '/api/admin/agents/:agent_id',
      summary: 'Delete an agent. Sessions with it stay, and go on once another is chosen.',
      tag,
      access: write,
      params: one,
      answers: { 204: { description: 'Deleted' }, 409: { description: 'It comes with Perdure' } },
      async handler({ actor, params }) {
        await deleteAgent(ports, actor, params.agent_id);
        return { status: 204 };
      },
    }),
    route({
      method: 'put',
      path: '/api/admin/agents/:agent_id/active',
      summary: 'Switch an agent on or off',
      tag,
      access: write,
      params: one,
      body: agentActiveBody,
      answers: { 204: { description: 'Set' } },
      async handler({ actor, params, body }) {
        await setAgentActive(ports, actor, params.agent_id, body.is_active);
        return { status: 204 };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/agents/:agent_id/versions',
      summary: 'What an agent was at each save, newest first',
      tag,
      access: read,
      params: one,
      query: z.strictObject({ before: version.optional() }),
      answers: { 200: { description: 'Versions', schema: agentVersionList } },
      handler: async ({ params, query }) => ({
        status: 200,
        json: await listAgentVersions(ports, params.agent_id, query.before),
      }),
    }),
    route({
      method: 'get',
      path: '/api/admin/agents/:agent_id/versions/:version',
      summary: 'All that an agent was at one save',
      tag,
      access: read,
      params: z.strictObject({ ...one.shape, version }),
      answers: { 200: { description: 'The version', schema: agentVersionDetail } },
      handler: async ({ params }) => ({
        status: 200,
        json: await getAgentVersion(ports, params.agent_id, params.version),
      }),
    }),
    route({
      method: 'post',
      path: '/api/admin/agents/:agent_id/restore',
      summary: 'Make an older version the newest again, as a version of its own',
      tag,
      access: write,
      params: one,
      body: restoreAgentBody,
      answers: {
        200: { description: 'The newest version', schema: savedAgent },
        409: { description: 'Somebody else saved it after `base_version`, or the name is taken' },
      },
      handler: async ({ actor, params, body }) => ({
        status: 200,
        json: await restoreAgent(ports, actor, params.agent_id, body),
      }),
    }),
    route({
      method: 'put',
      path: '/api/admin/agents/:agent_id/default-corpora',
      summary: 'Set the corpora that sessions with an agent begin with; none means all that a person may read',
      tag,
      access: write,
      params: one,
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
