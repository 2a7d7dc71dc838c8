import { everyoneGroupId, type GrantMatrix } from '../../../src/contract/access.ts';
import { t } from '../../i18n/translate.ts';

export type DefaultRow = { group_id: string; group_name: string; agent_id: string };
export type GrantedAgent = Pick<GrantMatrix['objects'][number], 'object_id' | 'name' | 'is_active' | 'grants'>;

/** Why a default does not count for all whom it is set for; undefined where it does. Pure but for the language. */
export function defaultWarning(
  { group_id, group_name, agent_id }: DefaultRow,
  agents: readonly GrantedAgent[],
): string | undefined {
  const agent = agents.find(({ object_id }) => object_id === agent_id);
  if (!agent) return t('This agent is gone: the next default counts.');
  if (!agent.is_active) return t('{name} is switched off: the next default counts.', { name: agent.name });
  const isGranted = agent.grants.some((grant) => grant.group_id === group_id || grant.group_id === everyoneGroupId);
  if (isGranted) return undefined;
  return t('{group} is not granted {agent}: whoever may not use it through another group begins with another agent.', {
    group: group_name,
    agent: agent.name,
  });
}
