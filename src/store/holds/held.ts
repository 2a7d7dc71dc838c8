import { type RawBuilder, sql } from 'kysely';
import { type Db, first, type Script } from '../script.ts';

/** True of sessions that must be kept: they are under a legal hold themselves, or their owner is, or somebody who wrote in them.
 *  @param table  the alias of `user_sessions` */
export function isHeldSession(table: string): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  return sql<boolean>`(${holdOn('session', column('session_id'))} or ${holdOn('user', column('user_id'))}
    or exists (select 1 from session_authors w join legal_holds h on h.subject_kind = 'user' and h.subject_id = w.user_id
      and h.released_at is null where w.session_id = ${column('session_id')}))`;
}

/** True where a column names a person or a session that is under a legal hold itself. */
export function holdOn(kind: 'user' | 'session', column: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`exists (select 1 from legal_holds h where h.subject_kind = ${sql.lit(kind)}
    and h.subject_id = ${column} and h.released_at is null)`;
}

export function* mustKeepSession(db: Db, sessionId: string): Script<boolean> {
  const held = yield* first(
    db
      .selectFrom('user_sessions as s')
      .select('s.session_id')
      .where('s.session_id', '=', sessionId)
      .where(isHeldSession('s')),
  );
  return held !== undefined;
}

/** Whether erasing a person would take anything that must be kept: they are under a hold, or one of their sessions is, or one that they wrote in. */
export function* mustKeepPerson(db: Db, userId: string): Script<boolean> {
  const user = yield* first(
    db
      .selectFrom('users as u')
      .select('u.id')
      .where('u.id', '=', userId)
      .where(holdOn('user', sql.ref('u.id'))),
  );
  if (user) return true;
  const own = yield* first(
    db
      .selectFrom('user_sessions as s')
      .select('s.session_id')
      .where('s.user_id', '=', userId)
      .where('s.erase_at', 'is', null)
      .where(isHeldSession('s'))
      .limit(1),
  );
  return own !== undefined || (yield* wroteInHeld(db, userId));
}

function* wroteInHeld(db: Db, userId: string): Script<boolean> {
  const elsewhere = yield* first(
    db
      .selectFrom('session_authors as a')
      .innerJoin('user_sessions as s', 's.session_id', 'a.session_id')
      .select('s.session_id')
      .where('a.user_id', '=', userId)
      .where('s.erase_at', 'is', null)
      .where(isHeldSession('s'))
      .limit(1),
  );
  return elsewhere !== undefined;
}
