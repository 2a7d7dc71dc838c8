import { type AgentDefaultsBody, agentDefaults } from '../../src/contract/agent-defaults.ts';
import {
  adminAgentList,
  type AgentDefinition,
  agentPreview,
  agentTest,
  agentVersionDetail,
  agentVersionList,
  savedAgent,
} from '../../src/contract/agents.ts';
import { agentList } from '../../src/contract/sessions.ts';
import { call, command } from './client.ts';

const all = '/api/admin/agents';
const one = (agentId: string) => `${all}/${encodeURIComponent(agentId)}`;

export const listAgents = (signal: AbortSignal) => call(agentList, 'GET', '/api/agents', { signal });

export const listAdminAgents = (signal: AbortSignal) => call(adminAgentList, 'GET', all, { signal });
/** One version of an agent; without a number the newest. */
export const fetchAgentVersion = (agentId: string, version: number | undefined, signal?: AbortSignal) =>
  call(agentVersionDetail, 'GET', version === undefined ? one(agentId) : `${one(agentId)}/versions/${version}`, {
    ...(signal && { signal }),
  });
export const listAgentVersions = (agentId: string, before: number | undefined, signal: AbortSignal) =>
  call(agentVersionList, 'GET', `${one(agentId)}/versions${before === undefined ? '' : `?before=${before}`}`, {
    signal,
  });

type ToSave = { definition: AgentDefinition; note: string };
export const createAgent = (body: ToSave) => call(savedAgent, 'POST', all, { body });
export const saveAgent = (agentId: string, body: ToSave & { base_version: number }) =>
  call(savedAgent, 'PUT', one(agentId), { body });
export const restoreAgent = (agentId: string, body: { base_version: number; version: number }) =>
  call(savedAgent, 'POST', `${one(agentId)}/restore`, { body });
export const setAgentActive = (agentId: string, is_active: boolean) =>
  command('PUT', `${one(agentId)}/active`, { body: { is_active } });
export const deleteAgent = (agentId: string) => command('DELETE', one(agentId));

const tests = '/api/admin/agent-tests';
export const previewAgent = (definition: AgentDefinition, signal: AbortSignal) =>
  call(agentPreview, 'POST', '/api/admin/agent-preview', { body: { definition }, signal });
export const beginAgentTest = (definition: AgentDefinition) => call(agentTest, 'POST', tests, { body: { definition } });
export const putAgentDraft = (sessionId: string, definition: AgentDefinition) =>
  command('PUT', `${tests}/${sessionId}`, { body: { definition } });

const defaults = '/api/admin/agent-defaults';
export const fetchAgentDefaults = (signal: AbortSignal) => call(agentDefaults, 'GET', defaults, { signal });
export const setAgentDefaults = (body: AgentDefaultsBody) => command('PUT', defaults, { body });
