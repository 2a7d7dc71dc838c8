import { everyoneGroupId, type GrantMatrix } from '../../../src/contract/access.ts';

export type DefaultRow = { group_id: string; group_name: string; agent_id: string };
export type GrantedAgent = Pick<GrantMatrix['objects'][number], 'object_id' | 'name' | 'is_active' | 'grants'>;

/** Why a default does not count for all whom it is set for; undefined where it does. Pure. */
export function defaultWarning(
  { group_id, group_name, agent_id }: DefaultRow,
  agents: readonly GrantedAgent[],
): string | undefined {
  const agent = agents.find(({ object_id }) => object_id === agent_id);
  if (!agent) return 'This agent is gone: the next default counts.';
  if (!agent.is_active) return `${agent.name} is switched off: the next default counts.`;
  const isGranted = agent.grants.some((grant) => grant.group_id === group_id || grant.group_id === everyoneGroupId);
  if (isGranted) return undefined;
  return `${group_name} is not granted ${agent.name}: whoever may not use it through another group begins with another agent.`;
}
