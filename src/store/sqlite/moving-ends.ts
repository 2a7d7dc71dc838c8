import { DatabaseSync } from 'node:sqlite';
import { migrate } from './migrate.ts';
import { openWriter } from './open.ts';
import type { MovedRow, MovingSource, MovingTarget } from '../moving/ends.ts';
import { quoted, type StoreTable } from '../moving/store-tables.ts';

const rowsAtOnce = 500;

export function openSqliteSource(path: string): MovingSource {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  database.exec('begin');
  return {
    schemaVersion: async () => Number(database.prepare('select max(id) as id from schema_migrations').get()?.['id']),
    count: async ({ name }) => Number(database.prepare(`select count(*) as n from ${quoted(name)}`).get()?.['n']),
    async *rows({ name, columns, key }) {
      const statement = database.prepare(
        `select ${columns.map(quoted).join(', ')} from ${quoted(name)} order by ${key.map(quoted).join(', ')}`,
      );
      statement.setReturnArrays(true);
      let rows: MovedRow[] = [];
      for (const row of statement.iterate()) {
        rows.push(row as unknown as MovedRow);
        if (rows.length < rowsAtOnce) continue;
        yield rows;
        rows = [];
      }
      if (rows.length > 0) yield rows;
    },
    async close() {
      database.close();
    },
  };
}

/** @param now  noted as the moment of the migrations */
export function openSqliteTarget(path: string, now: string): MovingTarget {
  const database = openWriter(path);
  migrate(database, now);
  database.exec('begin immediate');
  const insertInto = ({ name, columns }: StoreTable) =>
    database.prepare(
      `insert into ${quoted(name)} (${columns.map(quoted).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    );
  return {
    isEmpty: async () => database.prepare('select 1 from users union all select 1 from settings').get() === undefined,
    async insert(table, rows) {
      const statement = insertInto(table);
      for (const row of rows) statement.run(...row);
    },
    async commit() {
      database.exec('commit');
      database.exec('pragma wal_checkpoint(truncate)');
    },
    async close() {
      database.close();
    },
  };
}
