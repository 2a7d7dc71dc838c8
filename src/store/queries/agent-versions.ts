import { type AgentDefinition, benchAgentId } from '../../contract/agents.ts';
import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { all, type Db, first, type Script } from '../script.ts';

export type AgentVersionRecord = {
  version: number;
  note: string;
  is_delivered: number;
  created_by: string | null;
  /** Null where nobody made it, or they are erased. */
  maker: string | null;
  created_at: string;
};

/** The versions of an agent, newest first, older than `before`. Undefined for one that is not there. Index: the primary key. */
export const agentVersions = query(function* (
  db: Db,
  args: { agentId: string; before?: number; limit: number },
): Script<AgentVersionRecord[] | undefined> {
  const agent = yield* first(
    db.selectFrom('agents').select('id').where('id', '=', args.agentId).where('deleted_at', 'is', null),
  );
  if (!agent) return undefined;
  let found = versions(db, args.agentId).orderBy('v.version', 'desc').limit(args.limit);
  if (args.before !== undefined) found = found.where('v.version', '<', args.before);
  return yield* all(found);
});

/** One version with what it is; without a number, the newest. */
export const agentVersionOf = query(function* (
  db: Db,
  args: { agentId: string; version?: number },
): Script<(AgentVersionRecord & { definition: AgentDefinition }) | undefined> {
  const row = yield* first(
    versions(db, args.agentId)
      .innerJoin('agents as a', (join) => join.onRef('a.id', '=', 'v.agent_id').on('a.deleted_at', 'is', null))
      .select('v.definition')
      .where((eb) => eb('v.version', '=', args.version ?? eb.ref('a.version'))),
  );
  return row && { ...row, definition: decodeJson(row.definition) };
});

/** What a turn runs with: the version it noted, of its agent or of its session's draft. */
export const definitionOfTurn = query(function* (
  db: Db,
  args: { agentId: string; sessionId: string; version: number | null },
): Script<AgentDefinition | undefined> {
  const { agentId, sessionId, version } = args;
  const row =
    agentId === benchAgentId
      ? yield* first(
          db
            .selectFrom('agent_drafts')
            .select('definition')
            .where('session_id', '=', sessionId)
            .where('version', '=', version ?? 0),
        )
      : yield* first(
          db
            .selectFrom('agent_versions as v')
            .innerJoin('agents as a', 'a.id', 'v.agent_id')
            .select('v.definition')
            .where('v.agent_id', '=', agentId)
            .where((eb) => eb('v.version', '=', version ?? eb.ref('a.version'))),
        );
  return row && decodeJson(row.definition);
});

function versions(db: Db, agentId: string) {
  return db
    .selectFrom('agent_versions as v')
    .leftJoin('users as u', (join) => join.onRef('u.id', '=', 'v.created_by').on('u.erase_at', 'is', null))
    .select(['v.version', 'v.note', 'v.is_delivered', 'v.created_by', 'u.username as maker', 'v.created_at'])
    .where('v.agent_id', '=', agentId);
}
