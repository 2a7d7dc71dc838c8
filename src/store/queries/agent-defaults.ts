import { everyoneGroupId } from '../../contract/access.ts';
import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';
import { type AgentAccess, agentAccess } from './access.ts';

/** The agent that a person's session begins with where nobody names one. Of the defaults of their groups, in the order the administrators
 *  set, and then of everybody's, the first that the person may use: a default gives nobody an agent. Where none is left, the first agent
 *  they may use, built-in ones first, then by name. Undefined for a person who may use none. */
export const defaultAgent = query(function* (db: Db, args: { userId: string }): Script<AgentAccess | undefined> {
  const usable = yield* agentAccess.run(db, { userId: args.userId });
  if (usable.length < 2) return usable[0];
  const defaults = yield* all(
    inOrder(db)
      .innerJoin('group_members as m', 'm.group_id', 'd.group_id')
      .select('d.agent_id')
      .where('m.user_id', '=', args.userId),
  );
  for (const { agent_id } of defaults) {
    const agent = usable.find(({ id }) => id === agent_id);
    if (agent) return agent;
  }
  return usable[0];
});

export type AgentDefaultRecord = {
  group_id: string;
  group_name: string;
  /** Whether it is everybody's. */
  is_builtin: number;
  agent_id: string;
  agent_name: string;
  is_active: number;
  /** Whether the group itself, or everybody, is granted the agent. */
  is_granted: boolean;
};

/** Every default in the order in which they count; everybody's is the last. At most one row a group. */
export const agentDefaults = query(function* (db: Db, _args: Record<string, never>): Script<AgentDefaultRecord[]> {
  const rows = yield* all(
    inOrder(db)
      .innerJoin('groups as g', 'g.id', 'd.group_id')
      .innerJoin('agents as a', 'a.id', 'd.agent_id')
      .select((eb) => [
        'd.group_id',
        'g.name as group_name',
        'g.is_builtin',
        'd.agent_id',
        'a.name as agent_name',
        'a.is_active',
        eb
          .exists(
            eb
              .selectFrom('grants as x')
              .select('x.group_id')
              .where('x.object_kind', '=', 'agent')
              .whereRef('x.object_id', '=', 'd.agent_id')
              .where('x.level', '=', 'use')
              .where((or) =>
                or.or([or('x.group_id', '=', or.ref('d.group_id')), or('x.group_id', '=', everyoneGroupId)]),
              ),
          )
          .$castTo<number>()
          .as('is_granted'),
      ]),
  );
  return rows.map((row) => ({ ...row, is_granted: Boolean(row.is_granted) }));
});

function inOrder(db: Db) {
  return db
    .selectFrom('agent_defaults as d')
    .orderBy((eb) => eb.case().when('d.group_id', '=', everyoneGroupId).then(1).else(0).end())
    .orderBy('d.place')
    .orderBy('d.group_id');
}
