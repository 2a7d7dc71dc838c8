import { everyoneGroupId } from '../../contract/access.ts';
import { type AgentDefinition, maxAgents } from '../../contract/agents.ts';
import { command } from '../command.ts';
import { decodeJson, encodeJson } from '../json.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import {
  agentColumns,
  areLive,
  findAgent,
  isNameTaken,
  isStillDelivered,
  putAgentVersion,
  versionOf,
} from './put-agent-version.ts';
import { type Change, recordAudit } from './record-audit.ts';

export type Refused = 'name_taken' | 'no_such_corpus' | 'no_such_agent';
export type SaveOutcome =
  | { outcome: 'saved'; version: number }
  | { outcome: 'not_found' | 'changed_by_another' | Refused };

/** Makes an agent with its first version. Everybody may use it: whoever is not to is left out by grants. */
export const createAgent = command(
  ['access', 'audit'],
  function* (
    db: Db,
    args: Change & { agentId: string; definition: AgentDefinition; note: string },
  ): Script<'created' | 'too_many' | Refused> {
    const { agentId, definition, at } = args;
    const there = yield* first(
      db
        .selectFrom('agents')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('deleted_at', 'is', null),
    );
    if ((there?.count ?? 0) >= maxAgents) return 'too_many';
    const refused = yield* refusal(db, agentId, definition);
    if (refused) return refused;
    yield* run(
      db.insertInto('agents').values({
        id: agentId,
        ...agentColumns(definition),
        is_active: 1,
        is_builtin: 0,
        created_at: at,
        updated_at: at,
      }),
    );
    yield* putAgentVersion(db, { ...args, version: 1, isDelivered: false, createdBy: args.by.userId });
    yield* run(
      db.insertInto('grants').values({
        group_id: everyoneGroupId,
        object_kind: 'agent',
        object_id: agentId,
        level: 'use',
        granted_at: at,
      }),
    );
    yield* recordAudit(db, {
      ...args,
      action: 'agent.created',
      object: { kind: 'agent', id: agentId },
      facts: { version: 1 },
      personal: { name: definition.name, note: args.note },
    });
    return 'created';
  },
);

/** Saves an agent as a new version, unless it is what the newest is: whoever never heard that it was saved saves it again. `baseVersion` is
 *  what was changed: where another is the newest by now, nothing is saved. */
export const saveAgent = command(
  ['access', 'audit'],
  function* (
    db: Db,
    args: Change & { agentId: string; baseVersion: number; definition: AgentDefinition; note: string },
  ): Script<SaveOutcome> {
    const agent = yield* findAgent(db, args.agentId);
    if (!agent) return { outcome: 'not_found' };
    const newest = yield* versionOf(db, args.agentId, agent.version);
    if (newest?.definition === encodeJson(args.definition)) return { outcome: 'saved', version: agent.version };
    if (agent.version !== args.baseVersion) return { outcome: 'changed_by_another' };
    const refused = yield* refusal(db, args.agentId, args.definition);
    if (refused) return { outcome: refused };
    const version = agent.version + 1;
    const isDelivered = newest !== undefined && isStillDelivered(newest, args.definition);
    yield* putAgentVersion(db, { ...args, version, isDelivered, createdBy: args.by.userId });
    yield* recordAudit(db, {
      ...args,
      action: 'agent.changed',
      object: { kind: 'agent', id: args.agentId },
      facts: { version },
      personal: { name: args.definition.name, note: args.note },
    });
    return { outcome: 'saved', version };
  },
);

/** Makes an older version the newest again, as a version of its own, unless the newest is the same. Its corpora stay what they were, deleted
 *  ones too: without these it might reach more than it did. */
export const restoreAgent = command(
  ['access', 'audit'],
  function* (
    db: Db,
    args: Change & { agentId: string; baseVersion: number; version: number; note: string },
  ): Script<SaveOutcome> {
    const agent = yield* findAgent(db, args.agentId);
    const old = agent && (yield* versionOf(db, args.agentId, args.version));
    if (!old) return { outcome: 'not_found' };
    const newest = yield* versionOf(db, args.agentId, agent.version);
    if (newest?.definition === old.definition && newest.is_delivered === old.is_delivered)
      return { outcome: 'saved', version: agent.version };
    if (agent.version !== args.baseVersion) return { outcome: 'changed_by_another' };
    const definition = decodeJson<AgentDefinition>(old.definition);
    if (yield* isNameTaken(db, definition.name, args.agentId)) return { outcome: 'name_taken' };
    const version = agent.version + 1;
    const isDelivered = old.is_delivered === 1;
    yield* putAgentVersion(db, { ...args, version, definition, isDelivered, createdBy: args.by.userId });
    yield* recordAudit(db, {
      ...args,
      action: 'agent.restored',
      object: { kind: 'agent', id: args.agentId },
      facts: { version, restored: args.version },
    });
    return { outcome: 'saved', version };
  },
);

/** Switches an agent off, so that nobody may use it until it is switched on again; what it is granted to stays. */
export const setAgentActive = command(
  ['access', 'audit'],
  function* (db: Db, args: Change & { agentId: string; isActive: boolean }): Script<'set' | 'not_found'> {
    const agent = yield* findAgent(db, args.agentId);
    if (!agent) return 'not_found';
    if ((agent.is_active === 1) === args.isActive) return 'set';
    yield* run(
      db
        .updateTable('agents')
        .set({ is_active: args.isActive ? 1 : 0, updated_at: args.at })
        .where('id', '=', args.agentId),
    );
    yield* recordAudit(db, {
      ...args,
      action: args.isActive ? 'agent.switched_on' : 'agent.switched_off',
      object: { kind: 'agent', id: args.agentId },
    });
    return 'set';
  },
);

/** Deletes an agent that administrators made, with its grants. Its row and versions stay, for what names them: sessions, turns, counts of use. */
export const deleteAgent = command(['access', 'audit'], function* (db: Db, args: Change & { agentId: string }): Script<
  'deleted' | 'not_found' | 'builtin'
> {
  const agent = yield* findAgent(db, args.agentId);
  if (!agent) return 'not_found';
  if (agent.is_builtin === 1) return 'builtin';
  yield* run(
    db
      .updateTable('agents')
      .set({ is_active: 0, deleted_at: args.at, updated_at: args.at })
      .where('id', '=', args.agentId),
  );
  yield* run(db.deleteFrom('grants').where('object_kind', '=', 'agent').where('object_id', '=', args.agentId));
  yield* run(db.deleteFrom('agent_defaults').where('agent_id', '=', args.agentId));
  yield* recordAudit(db, {
    ...args,
    action: 'agent.deleted',
    object: { kind: 'agent', id: args.agentId },
    personal: { name: agent.name },
  });
  return 'deleted';
});

function* refusal(db: Db, agentId: string, definition: AgentDefinition): Script<Refused | undefined> {
  if (yield* isNameTaken(db, definition.name, agentId)) return 'name_taken';
  if (!(yield* areLive(db, definition.corpora))) return 'no_such_corpus';
  const { sub_agents: others = [] } = definition;
  if (others.length === 0) return undefined;
  const there = yield* all(
    db
      .selectFrom('agents')
      .select('id')
      .where('id', 'in', [...others])
      .where('deleted_at', 'is', null),
  );
  return there.length === others.length && !others.includes(agentId) ? undefined : 'no_such_agent';
}
