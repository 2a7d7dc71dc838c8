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

/** Changes the file beside the server, as nothing but a test may: time that has passed, for one. */
export function changeDatabase(path: string, sql: string, ...values: (string | number)[]): void {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    database.prepare(sql).run(...values);
  } finally {
    database.close();
  }
}
