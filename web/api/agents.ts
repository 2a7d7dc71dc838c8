import { adminAgentList } from '../../src/contract/agents.ts';
import { agentList } from '../../src/contract/sessions.ts';
import { call, command } from './client.ts';

export const listAgents = (signal: AbortSignal) => call(agentList, 'GET', '/api/agents', { signal });

export const listAdminAgents = (signal: AbortSignal) => call(adminAgentList, 'GET', '/api/admin/agents', { signal });
export const setAgentCorpora = (agentId: string, corpora: string[]) =>
  command('PUT', `/api/admin/agents/${encodeURIComponent(agentId)}/default-corpora`, { body: { corpora } });
