import { everyoneGroupId } from '../../contract/access.ts';
import { command } from '../command.ts';
import { all, type Db, run, type Script, together } from '../script.ts';
import { type Change, recordAudit } from './record-audit.ts';

export type SetAgentDefaultsArgs = Change & {
  /** Whom nothing else is set for; null for none. */
  everyoneAgentId: string | null;
  /** In the order in which they count for somebody who is in several; each group once. */
  groups: readonly { groupId: string; agentId: string }[];
};

/** Sets the agents that sessions begin with where nobody names one, in the place of all defaults before. Sessions that are there keep
 *  their agent. */
export const setAgentDefaults = command(['access', 'audit'], function* (db: Db, args: SetAgentDefaultsArgs): Script<
  'set' | 'no_such_group' | 'no_such_agent'
> {
  const { everyoneAgentId, groups } = args;
  const wanted = [
    ...groups.map(({ groupId: group_id, agentId: agent_id }) => ({ group_id, agent_id })),
    ...(everyoneAgentId === null ? [] : [{ group_id: everyoneGroupId, agent_id: everyoneAgentId }]),
  ].map((row, place) => ({ ...row, place }));
  const groupIds = wanted.map(({ group_id }) => group_id);
  const agentIds = [...new Set(wanted.map(({ agent_id }) => agent_id))];
  const isTwice = new Set(groupIds).size < groupIds.length;
  if (isTwice || groups.some(({ groupId }) => groupId === everyoneGroupId)) return 'no_such_group';
  if (wanted.length > 0) {
    const [groupsThere, agentsThere] = yield* together(
      all(db.selectFrom('groups').select('id').where('id', 'in', groupIds)),
      all(db.selectFrom('agents').select('id').where('id', 'in', agentIds).where('deleted_at', 'is', null)),
    );
    if (groupsThere.length < groupIds.length) return 'no_such_group';
    if (agentsThere.length < agentIds.length) return 'no_such_agent';
  }
  const stored = yield* all(
    db.selectFrom('agent_defaults').select(['group_id', 'agent_id', 'place']).orderBy('place').orderBy('group_id'),
  );
  const [is, was] = [wanted.map(told), stored.map(told)];
  if (is.join() === was.join()) return 'set';
  yield* run(db.deleteFrom('agent_defaults'));
  if (wanted.length > 0) yield* run(db.insertInto('agent_defaults').values(wanted));
  yield* recordAudit(db, {
    ...args,
    action: 'agent.defaults_set',
    object: { kind: 'setting', id: 'agent.defaults' },
    facts: { defaults: is, was },
  });
  return 'set';
});

const told = ({ group_id, agent_id }: { group_id: string; agent_id: string }) => `${group_id}: ${agent_id}`;
