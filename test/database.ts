import { DatabaseSync } from 'node:sqlite';

export type Row = Record<string, string | number | null>;

/** Rows of the database file, read beside the server as a person at a SQL prompt reads them. */
export function queryDatabase(path: string, sql: string, ...values: (string | number)[]): Row[] {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    return database.prepare(sql).all(...values) as Row[];
  } finally {
    database.close();
  }
}
