import { everyoneGroupId } from '../../contract/access.ts';
import { type AgentDefinition, type AgentToolName, defaultLimits } from '../../contract/agents.ts';
import { byServer } from '../../contract/audit.ts';
import { command } from '../command.ts';
import { decodeJson, encodeJson } from '../json.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { agentColumns, putAgentVersion } from './put-agent-version.ts';
import { recordAudit } from './record-audit.ts';

/** An agent that comes with the product. */
export type BuiltinAgent = {
  id: string;
  name: string;
  description: string;
  instructions: string;
  tools: readonly AgentToolName[];
};

/** Brings the built-in group and agents to this version's definitions. Run at each start, by any number of processes.
 *  Whether an agent is active, its corpora and grants, and what they changed of it are the administrators': only a new agent is granted to everyone. */
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
  const made = yield* first(
    db
      .insertInto('agents')
      .values({
        id: agent.id,
        ...agentColumns(delivered(agent, [])),
        is_active: 1,
        is_builtin: 1,
        created_at: at,
        updated_at: at,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id'),
  );
  yield* putDelivered(db, agent, { isNew: made !== undefined, at });
  if (!made) return;
  yield* run(
    db.insertInto('grants').values({
      group_id: everyoneGroupId,
      object_kind: 'agent',
      object_id: agent.id,
      level: 'use',
      granted_at: at,
    }),
  );
}

/** A definition that comes with the product becomes the newest version while an earlier such one is; never in place of what an
 *  administrator made of the agent, and never a second time, so that two versions of the product on one store do not undo each other. */
function* putDelivered(db: Db, agent: BuiltinAgent, { isNew, at }: { isNew: boolean; at: string }): Script<void> {
  const row = yield* first(db.selectFrom('agents').select(['version', 'default_corpora']).where('id', '=', agent.id));
  if (!row) return;
  const versions = yield* all(
    db
      .selectFrom('agent_versions')
      .select(['version', 'definition', 'is_delivered'])
      .where('agent_id', '=', agent.id)
      .orderBy('version', 'desc'),
  );
  if (versions[0]?.is_delivered === 0) return;
  const definition = delivered(agent, decodeJson<string[]>(row.default_corpora));
  const known = encodeJson({ ...definition, corpora: [] });
  const isKnown = versions.some(
    (each) => encodeJson({ ...decodeJson<AgentDefinition>(each.definition), corpora: [] }) === known,
  );
  if (isKnown) return;
  const version = row.version + 1;
  yield* putAgentVersion(db, {
    agentId: agent.id,
    version,
    definition,
    note: '',
    isDelivered: true,
    createdBy: null,
    at,
  });
  yield* recordAudit(db, {
    at,
    by: byServer,
    action: isNew ? 'agent.created' : 'agent.changed',
    object: { kind: 'agent', id: agent.id },
    facts: { name: agent.name, version },
  });
}

function delivered(agent: BuiltinAgent, corpora: string[]): AgentDefinition {
  const { name, description, instructions, tools } = agent;
  return { name, description, instructions, tools: [...tools], corpora, ...defaultLimits, model: '' };
}
