import { type RawBuilder, sql } from 'kysely';
import { unfinishedStates } from '../commands/append-events.ts';
import type { Db } from '../script.ts';

/** What lists find sessions by besides their status: what goes on in them. */
export type GoingOn = 'running' | 'waiting' | 'failed';

/** The condition of the partial index turns_failed, word for word. */
export const failedStates = [sql.lit('failed'), sql.lit('interrupted')];
const waitingStates = [sql.lit('queued'), sql.lit('waiting_approval')];

/** The state of a session's newest turn; null where there is none.
 *  @param table  the alias of `user_sessions` */
export function newestState(table: string): RawBuilder<string | null> {
  return sql`(select n.state from turns as n where n.session_id = ${sql.ref(`${table}.session_id`)}
    and n.turn_no = ${sql.ref(`${table}.last_turn_no`)})`;
}

/** True of sessions, called `k`, in which this goes on: found by the turns that it is said of. Indexes: turns_unfinished, turns_failed. */
export function goesOn(db: Db, what: GoingOn): RawBuilder<boolean> {
  switch (what) {
    case 'running':
      return sql<boolean>`k.session_id in ${unfinished(db, [sql.lit('running')])}`;
    case 'waiting':
      return sql<boolean>`k.session_id in ${unfinished(db, waitingStates)}
        and k.session_id not in ${unfinished(db, [sql.lit('running')])}
        and ${newestState('k')} in (${sql.join(waitingStates)})`;
    case 'failed':
      return sql<boolean>`k.session_id in ${db.selectFrom('turns as t').select('t.session_id').where('t.state', 'in', failedStates)}
        and ${newestState('k')} in (${sql.join(failedStates)})`;
  }
}

function unfinished(db: Db, states: RawBuilder<string>[]) {
  return db
    .selectFrom('turns as t')
    .select('t.session_id')
    .where('t.state', 'in', states)
    .where('t.state', 'in', unfinishedStates);
}
