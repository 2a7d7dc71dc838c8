import type { Clock } from '../clock.ts';
import type { AgentDefaults, AgentDefaultsBody } from '../contract/agent-defaults.ts';
import { AppError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { type Actor, byOf } from './actor.ts';

type Ports = { store: Store; clock: Clock };

/** The agents that sessions begin with where nobody names one: everybody's, and of groups in the order in which they count. */
export async function readAgentDefaults({ store }: Pick<Ports, 'store'>): Promise<AgentDefaults> {
  const answer: AgentDefaults = { everyone: null, groups: [] };
  for (const { group_id, group_name, is_builtin, ...row } of await store.scan.agentDefaults({})) {
    const agent = { ...row, is_active: row.is_active === 1 };
    if (is_builtin === 1) answer.everyone = agent;
    else answer.groups.push({ group_id, group_name, ...agent });
  }
  return answer;
}

/** Sets them all; what was set before is gone.
 *  @throws AppError bad_request for a group or an agent that is not there, or a group named twice */
export async function setAgentDefaults(
  { store, clock }: Ports,
  actor: Actor,
  { everyone_agent_id, groups }: AgentDefaultsBody,
): Promise<void> {
  const outcome = await store.write.setAgentDefaults({
    everyoneAgentId: everyone_agent_id,
    groups: groups.map(({ group_id, agent_id }) => ({ groupId: group_id, agentId: agent_id })),
    at: clock.now(),
    by: byOf(actor),
  });
  if (outcome === 'no_such_group') {
    throw new AppError('bad_request', { detail: 'Body: groups: one of these groups is not there, or is Everyone.' });
  }
  if (outcome === 'no_such_agent')
    throw new AppError('bad_request', { detail: 'Body: one of these agents is not there.' });
}
