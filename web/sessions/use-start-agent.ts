import { useState } from 'react';
import type { Agent } from '../../src/contract/sessions.ts';
import { useAgents } from './use-agents.ts';

/** Who answers in the session that is begun next: the person's default until they choose another. */
export function useStartAgent(): { agents: readonly Agent[]; chosen: string; choose(agentId: string): void } {
  const agents = useAgents(true).data ?? [];
  const [picked, choose] = useState<string>();
  const agent = agents.find(({ id }) => id === picked) ?? agents.find(({ is_default }) => is_default);
  return { agents, chosen: agent?.id ?? '', choose };
}
