import type { AgentDefinition } from '../../contract/agents.ts';
import { decodeJson, encodeJson } from '../json.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { nameKey } from './name-key.ts';

export type AgentVersionArgs = {
  agentId: string;
  version: number;
  definition: AgentDefinition;
  note: string;
  isDelivered: boolean;
  createdBy: string | null;
  at: string;
};

/** Writes a version, which is never changed, and makes it the newest. */
export function* putAgentVersion(db: Db, args: AgentVersionArgs): Script<void> {
  const { agentId, version, definition, at } = args;
  yield* run(
    db.insertInto('agent_versions').values({
      agent_id: agentId,
      version,
      definition: encodeJson(definition),
      note: args.note,
      is_delivered: args.isDelivered ? 1 : 0,
      created_by: args.createdBy,
      created_at: at,
    }),
  );
  yield* run(
    db
      .updateTable('agents')
      .set({ ...agentColumns(definition), version, updated_at: at })
      .where('id', '=', agentId),
  );
}

/** Whether a definition is what came with the product, but for its corpora, where the newest version is: such an agent goes on following the
 *  product. */
export function isStillDelivered(newest: { definition: string; is_delivered: 0 | 1 }, next: AgentDefinition): boolean {
  const before = decodeJson<AgentDefinition>(newest.definition);
  return newest.is_delivered === 1 && encodeJson({ ...before, corpora: [] }) === encodeJson({ ...next, corpora: [] });
}

/** What the row of an agent repeats of its newest version. */
export function agentColumns(definition: AgentDefinition) {
  return {
    name: definition.name,
    description: definition.description,
    instructions: definition.instructions,
    tools: encodeJson(definition.tools),
    default_corpora: encodeJson(definition.corpora),
    model: definition.model,
  };
}

export function* findAgent(db: Db, agentId: string) {
  return yield* first(
    db
      .selectFrom('agents')
      .select(['id', 'name', 'version', 'is_active', 'is_builtin'])
      .where('id', '=', agentId)
      .where('deleted_at', 'is', null),
  );
}

export function* versionOf(db: Db, agentId: string, version: number) {
  return yield* first(
    db
      .selectFrom('agent_versions')
      .select(['definition', 'is_delivered'])
      .where('agent_id', '=', agentId)
      .where('version', '=', version),
  );
}

/** Agents are few: at most `maxAgents`. */
export function* isNameTaken(db: Db, name: string, agentId: string): Script<boolean> {
  const others = yield* all(
    db.selectFrom('agents').select('name').where('id', '<>', agentId).where('deleted_at', 'is', null),
  );
  const key = nameKey(name);
  return others.some((other) => nameKey(other.name) === key);
}

export function* areLive(db: Db, corpora: readonly string[]): Script<boolean> {
  const ids = [...new Set(corpora)];
  if (ids.length === 0) return true;
  const live = yield* all(db.selectFrom('corpora').select('id').where('id', 'in', ids).where('deleted_at', 'is', null));
  return live.length === ids.length;
}
