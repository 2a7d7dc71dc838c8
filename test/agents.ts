import { randomUUID } from 'node:crypto';
import {
  type AgentDefinition,
  agentTest,
  agentVersionDetail,
  type AgentVersionDetail,
  defaultLimits,
  savedAgent,
} from '../src/contract/agents.ts';
import { answered } from './client.ts';
import type { Person } from './given.ts';

/** An agent that an administrator could make. */
export const agentDefinition = (name: string, more: Partial<AgentDefinition> = {}): AgentDefinition => ({
  name,
  description: `Answers as ${name}.`,
  instructions: `You are ${name}.`,
  tools: ['search_corpora'],
  corpora: [],
  ...defaultLimits,
  model: '',
  ...more,
});

/** Made by an administrator; everybody may use it. */
export async function newAgent(
  admin: Person,
  more: Partial<AgentDefinition> = {},
): Promise<{ id: string; definition: AgentDefinition }> {
  const definition = agentDefinition(more.name ?? `Agent ${randomUUID()}`, more);
  const reply = await admin.client.post('/api/admin/agents', { definition });
  return { id: answered(reply, 201, savedAgent).agent_id, definition };
}

/** Saves what an agent is to be, over its newest version, and gives the number of the new one. */
export async function saveAgent(admin: Person, id: string, changes: Partial<AgentDefinition>): Promise<number> {
  const { version, definition } = await agentOf(admin, id);
  const body = { base_version: version, definition: { ...definition, ...changes } };
  return answered(await admin.client.put(`/api/admin/agents/${id}`, body), 200, savedAgent).version;
}

export async function agentOf(admin: Person, id: string): Promise<AgentVersionDetail> {
  return answered(await admin.client.get(`/api/admin/agents/${id}`), 200, agentVersionDetail);
}

/** A session in which an administrator tries out an agent that is not saved. */
export async function newAgentTest(admin: Person, definition: AgentDefinition): Promise<string> {
  return answered(await admin.client.post('/api/admin/agent-tests', { definition }), 201, agentTest).session_id;
}
