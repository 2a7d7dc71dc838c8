import { PostgresAdapter, type RawBuilder, sql } from 'kysely';
import type { Db } from '../script.ts';

/** Whether a column has a text, letter for letter. */
export function has(db: Db, column: string, text: string): RawBuilder<boolean> {
  const place = db.getExecutor().adapter instanceof PostgresAdapter ? sql`strpos` : sql`instr`;
  return sql<boolean>`${place}(${sql.ref(column)}, ${text}) > 0`;
}
