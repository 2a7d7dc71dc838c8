import { useQuery } from '@tanstack/react-query';
import { listAgents } from '../api/agents.ts';

/** Queries of agents and their corpora. */
export const agentsKey = ['agents'];

/** The agents this person may use. */
export const useAgents = (isWanted: boolean) =>
  useQuery({
    queryKey: [...agentsKey, 'mine'],
    queryFn: ({ signal }) => listAgents(signal),
    select: (answer) => answer.agents,
    enabled: isWanted,
  });
