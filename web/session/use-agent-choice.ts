import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Agent, Session } from '../../src/contract/sessions.ts';
import { asApiError } from '../api/errors.ts';
import { patchSession } from '../api/sessions.ts';
import { agentsKey, useAgents } from '../sessions/use-agents.ts';

export type AgentChoice = {
  /** Those this person may use. */
  agents: readonly Agent[];
  /** Who answers the next message: as chosen just now, until the session itself says it. */
  agent: { id: string; name: string };
  /** Whether the session's agent is none of theirs. */
  isGone: boolean;
  problem: string;
  choose(agentId: string): void;
};

/** Who answers in a session, and the choice of another, which holds from the next message on.
 *  @param seq  up to where the session's log is known
 *  @param since  which agents they may use is asked again whenever this is another */
export function useAgentChoice(
  sessionId: string,
  session: Session | undefined,
  { seq, since }: { seq: number; since: string },
): AgentChoice | undefined {
  const queryClient = useQueryClient();
  const query = useAgents(session !== undefined);
  const [wanted, setWanted] = useState<{ sessionId: string; agentId: string; storedAt?: number }>();
  const [failed, setFailed] = useState<{ sessionId: string; message: string }>();
  useEffect(() => {
    if (since !== '') void queryClient.invalidateQueries({ queryKey: agentsKey });
  }, [queryClient, since]);
  if (!session) return undefined;
  const agents = query.data ?? [];
  const choose = (agentId: string) => {
    setWanted({ sessionId, agentId });
    setFailed(undefined);
    patchSession(sessionId, { agent_id: agentId }).then(
      ({ last_seq: storedAt }) => setWanted({ sessionId, agentId, storedAt }),
      (error: unknown) => {
        setWanted(undefined);
        setFailed({ sessionId, message: asApiError(error).message });
        void queryClient.invalidateQueries({ queryKey: agentsKey });
      },
    );
  };
  // Once the log is known up to where the choice was stored, it says who answers, also when another window chose since.
  const isOpen = wanted?.sessionId === sessionId && seq < (wanted.storedAt ?? Number.POSITIVE_INFINITY);
  const chosen = isOpen ? agents.find(({ id }) => id === wanted.agentId) : undefined;
  const agent = chosen ?? session.agent;
  return {
    agents,
    agent,
    isGone: query.data !== undefined && !agents.some(({ id }) => id === agent.id),
    problem: failed?.sessionId === sessionId ? failed.message : '',
    choose,
  };
}
