import { type RawBuilder, sql } from 'kysely';

/** What lists are filtered by, as the indexes over sessions begin: `inactive` 0, `active` 1, `deleted` 2. */
export const sessionStatus = { inactive: 0, active: 1, deleted: 2 } as const;
export type SessionStatus = keyof typeof sessionStatus;

/** True of sessions with the status, word for word as the indexes have it: only then they are used.
 *  @param table  the alias of `user_sessions` */
export function hasStatus(table: string, status: SessionStatus): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  const code = sql.lit(sessionStatus[status]);
  return sql<boolean>`(case when ${column('deleted_at')} is not null then 2 else ${column('is_active')} end) = ${code}`;
}

/** The same of a row. */
export function statusOf(row: { is_active: number; deleted_at: string | null }): SessionStatus {
  if (row.deleted_at !== null) return 'deleted';
  return row.is_active === 1 ? 'active' : 'inactive';
}
