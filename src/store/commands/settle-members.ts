import { type RawBuilder, sql } from 'kysely';
import { type Db, run, type Script } from '../script.ts';
import { cancelTurnsOfStrangers } from './turn-end.ts';

/** Whose memberships are settled: everybody’s in some sessions, or those of some people in every session. */
type Scope = { sessionIds: readonly string[] } | { userIds: readonly string[] };

/** Makes the memberships of whoever does not own a session what its grants come to: of each person the highest level that reaches them, by
 *  themself or through a group. What somebody asked for where they may write no more, and has no answer yet, is cancelled. Part of every command that changes a grant, who is in a group, or whether a person is there. */
export function* settleMembers(db: Db, scope: Scope & { at: string }): Script<void> {
  const isOfSessions = 'sessionIds' in scope;
  const all = isOfSessions ? scope.sessionIds : scope.userIds;
  for (let from = 0; from < all.length; from += idsAtOnce) {
    const ids = all.slice(from, from + idsAtOnce);
    yield* settle(db, isOfSessions ? 'session_id' : 'user_id', ids, scope.at);
    yield* cancelTurnsOfStrangers(db, { column: isOfSessions ? 'session_id' : 'author_user_id', ids, at: scope.at });
  }
}

/** Each is bound three times, and SQLite binds 32,766 values to a statement. */
const idsAtOnce = 1_000;

function* settle(db: Db, column: 'session_id' | 'user_id', ids: readonly string[], at: string): Script<void> {
  const reached = reachedWithin(column, ids);
  yield* run(
    db
      .deleteFrom('session_members')
      .where(`session_members.${column}`, 'in', [...ids])
      .where('level', '<>', 'owner')
      .where(
        sql<boolean>`not exists (select 1 from ${reached} as r
          where r.session_id = session_members.session_id and r.user_id = session_members.user_id)`,
      ),
  );
  yield* run({
    compile: () =>
      sql`insert into session_members (session_id, user_id, level, added_at)
        select r.session_id, r.user_id, r.level, ${at} from ${reached} as r where true
        on conflict (user_id, session_id) do update set level = excluded.level, added_at = excluded.added_at
          where session_members.level <> 'owner' and session_members.level <> excluded.level`.compile(db),
  });
}

/** Whom grants reach, with the highest level: `write` is behind `read` in the alphabet too. */
function reachedWithin(column: 'session_id' | 'user_id', ids: readonly string[]): RawBuilder<unknown> {
  const list = sql.join([...ids]);
  const [ofOne, ofGroup] =
    column === 'session_id'
      ? [sql`g.session_id in (${list})`, sql`g.session_id in (${list})`]
      : [sql`g.subject_id in (${list})`, sql`m.user_id in (${list})`];
  return sql`(select e.session_id, e.user_id, max(e.level) as level from (
      select g.session_id, g.subject_id as user_id, g.level from session_grants g
        where g.subject_kind = 'user' and ${ofOne}
      union all
      select g.session_id, m.user_id, g.level from session_grants g
        join group_members m on m.group_id = g.subject_id where g.subject_kind = 'group' and ${ofGroup}
    ) as e
    join users u on u.id = e.user_id and u.deleted_at is null
    join user_sessions s on s.session_id = e.session_id and s.user_id <> e.user_id and s.erase_at is null
    group by e.session_id, e.user_id)`;
}
