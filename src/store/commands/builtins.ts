import { byServer } from '../../contract/audit.ts';
import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { recordAudit } from './record-audit.ts';

/** The built-in group every user belongs to; the same id in every installation. */
export const everyoneGroupId = '00000000-0000-4000-8000-000000000001';

/** An agent that comes with the product. */
export type BuiltinAgent = {
  id: string;
  name: string;
  description: string;
  instructions: string;
  tools: readonly string[];
};

/** Brings the built-in group and agents to this version's definitions. Run at each start, by any number of processes.
 *  Whether an agent is active, and its grants, are the administrator's: only a new agent is granted to everyone. */
export const putBuiltins = command(
  ['access', 'audit'],
  function* (db: Db, args: { agents: readonly BuiltinAgent[]; at: string }): Script<void> {
    yield* putEveryone(db, args.at);
    for (const agent of args.agents) yield* putAgent(db, agent, args.at);
  },
);

/** Makes the group `everyone` unless it exists. */
export function* putEveryone(db: Db, at: string): Script<void> {
  yield* run(
    db
      .insertInto('groups')
      .values({ id: everyoneGroupId, name: 'Everyone', name_key: 'everyone', is_builtin: 1, created_at: at })
      .onConflict((conflict) => conflict.column('id').doNothing()),
  );
}

function* putAgent(db: Db, agent: BuiltinAgent, at: string): Script<void> {
  const definition = {
    name: agent.name,
    description: agent.description,
    instructions: agent.instructions,
    tools: encodeJson(agent.tools),
  };
  const made = yield* first(
    db
      .insertInto('agents')
      .values({ id: agent.id, ...definition, is_active: 1, is_builtin: 1, created_at: at, updated_at: at })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id'),
  );
  const object = { kind: 'agent', id: agent.id } as const;
  const facts = { name: agent.name };
  if (!made) {
    const changed = yield* first(
      db
        .updateTable('agents')
        .set({ ...definition, is_builtin: 1, updated_at: at })
        .where('id', '=', agent.id)
        .where((eb) =>
          eb.or([
            eb('name', '<>', definition.name),
            eb('description', '<>', definition.description),
            eb('instructions', '<>', definition.instructions),
            eb('tools', '<>', definition.tools),
          ]),
        )
        .returning('id'),
    );
    if (changed) yield* recordAudit(db, { at, by: byServer, action: 'agent.changed', object, facts });
    return;
  }
  yield* run(
    db.insertInto('grants').values({
      group_id: everyoneGroupId,
      object_kind: 'agent',
      object_id: agent.id,
      level: 'use',
      granted_at: at,
    }),
  );
  yield* recordAudit(db, { at, by: byServer, action: 'agent.created', object, facts });
}
