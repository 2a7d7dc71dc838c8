import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** Which turn, and under which fence. */
export type Held = { turn_id: string; fence: number };
export const held = { turn_id: 'text', fence: 'bigint' } as const;

export function heldOf({ turnId, fence }: { turnId: string; fence: number }): Held {
  return { turn_id: turnId, fence };
}

/** Whether `t` is the row's turn, and its fence holds. The state stands in one expression with the fence: PostgreSQL takes a state that is compared by
 *  itself for what few turns have, and goes through all that run instead of looking up the row's by its id. */
export function isHeld(value: { turn_id: RawBuilder<string>; fence: RawBuilder<number> }): RawBuilder<SqlBool> {
  return sql<SqlBool>`t.turn_id = ${value.turn_id} and case t.state when 'running' then t.fence end = ${value.fence}`;
}
