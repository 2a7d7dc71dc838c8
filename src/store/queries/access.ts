import type { ExpressionBuilder } from 'kysely';
import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import type { Schema } from '../schema.ts';
import { all, type Db, type Script } from '../script.ts';

/** A corpus a user may read, and whether the user may curate it too. */
export type CorpusAccess = {
  id: string;
  name: string;
  level: 'read' | 'curate';
  /** Null unless it is archived: then it is opened as before, and neither searched nor added to. */
  archived_at: string | null;
};

/** The corpora a user may read, by name; with `corpusIds`, those among them; with `inBin`, those in the recycle bin instead of the live ones. An administrator has all at `curate`; a curator what they own or is granted at
 *  `curate`; anybody else reads what is owned or granted. Role and account are read here, so a demoted or deactivated user has the new answer at once.
 *  Purged and inactive corpora are in nobody's list. */
export const corpusAccess = query(function* (
  db: Db,
  args: { userId: string; corpusIds?: readonly string[]; inBin?: boolean },
): Script<CorpusAccess[]> {
  if (args.corpusIds?.length === 0) return [];
  let found = db
    .selectFrom('corpora as c')
    .innerJoin('users as u', (join) => join.on('u.id', '=', args.userId))
    .select((eb) => [
      'c.id',
      'c.name',
      'c.archived_at',
      'u.role',
      'c.owner_user_id',
      eb
        .exists(granted(eb, args.userId, ['curate']))
        .$castTo<number>()
        .as('granted_curate'),
    ])
    .where('u.is_active', '=', 1)
    .where('u.deleted_at', 'is', null)
    .where('c.is_active', '=', 1)
    .where('c.deleted_at', args.inBin ? 'is not' : 'is', null)
    .where('c.purged_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('u.role', '=', 'administrator'),
        eb('c.owner_user_id', '=', args.userId),
        eb.exists(granted(eb, args.userId, ['read', 'curate'])),
      ]),
    )
    .orderBy('c.name_key')
    .orderBy('c.id');
  if (args.corpusIds) found = found.where('c.id', 'in', [...args.corpusIds]);
  const rows = yield* all(found);
  return rows.map((row) => {
    const keeps = row.owner_user_id === args.userId || Boolean(row.granted_curate);
    const curates = row.role === 'administrator' || (row.role === 'curator' && keeps);
    return { id: row.id, name: row.name, level: curates ? 'curate' : 'read', archived_at: row.archived_at };
  });
});

function granted(eb: ExpressionBuilder<Schema & { c: Schema['corpora'] }, 'c'>, userId: string, levels: string[]) {
  return eb
    .selectFrom('grants as g')
    .innerJoin('group_members as m', 'm.group_id', 'g.group_id')
    .select('g.object_id')
    .where('m.user_id', '=', userId)
    .where('g.object_kind', '=', 'corpus')
    .whereRef('g.object_id', '=', 'c.id')
    .where('g.level', 'in', levels);
}

/** An agent a user may open a session with. */
export type AgentAccess = {
  id: string;
  name: string;
  description: string;
  is_builtin: number;
  /** The name of its model; empty for the default. */
  model: string;
  /** Ids of the corpora that sessions with it begin with, readable or not; none means all. */
  default_corpora: string[];
};

/** The active agents granted to a user through a group, built-in ones first, then by name; with `agentIds`, those among them. Nothing for a user who is not active. */
export const agentAccess = query(function* (
  db: Db,
  args: { userId: string; agentIds?: readonly string[] },
): Script<AgentAccess[]> {
  if (args.agentIds?.length === 0) return [];
  let found = db
    .selectFrom('agents as a')
    .innerJoin('users as u', (join) => join.on('u.id', '=', args.userId))
    .select(['a.id', 'a.name', 'a.description', 'a.is_builtin', 'a.model', 'a.default_corpora'])
    .where('u.is_active', '=', 1)
    .where('u.deleted_at', 'is', null)
    .where('a.is_active', '=', 1)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('grants as g')
          .innerJoin('group_members as m', 'm.group_id', 'g.group_id')
          .select('g.object_id')
          .where('m.user_id', '=', args.userId)
          .where('g.object_kind', '=', 'agent')
          .whereRef('g.object_id', '=', 'a.id')
          .where('g.level', '=', 'use'),
      ),
    )
    .orderBy('a.is_builtin', 'desc')
    .orderBy('a.name')
    .orderBy('a.id');
  if (args.agentIds) found = found.where('a.id', 'in', [...args.agentIds]);
  return (yield* all(found)).map((agent) => ({ ...agent, default_corpora: decodeJson(agent.default_corpora) }));
});
