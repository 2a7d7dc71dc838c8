import { DatabaseSync } from 'node:sqlite';
import { migrate } from '../sqlite/migrate.ts';

/** A table that every store has, of whichever database. */
export type StoreTable = {
  name: string;
  columns: readonly string[];
  /** Of its primary key, by which its rows are read in one order everywhere. */
  key: readonly string[];
};

/** Made again by the database itself while rows are copied. */
const madeAgain = ['session_counts'];

/** The tables of the newest schema, each after those that its rows refer to. What one database keeps for itself is not among them. */
export function storeTables(): StoreTable[] {
  const model = new DatabaseSync(':memory:');
  try {
    migrate(model, '');
    const names = namesIn(model);
    const tables = new Map(names.map((name) => [name, describe(model, name)]));
    const ordered: StoreTable[] = [];
    const add = (name: string) => {
      const table = tables.get(name);
      if (!table) return;
      tables.delete(name);
      for (const other of referredTo(model, name)) add(other);
      ordered.push(table);
    };
    for (const name of names) add(name);
    return ordered;
  } finally {
    model.close();
  }
}

function namesIn(model: DatabaseSync): string[] {
  const rows = model
    .prepare(
      `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> 'schema_migrations'
      order by name`,
    )
    .all();
  return rows.map(({ name }) => String(name)).filter((name) => !madeAgain.includes(name));
}

function describe(model: DatabaseSync, name: string): StoreTable {
  const rows = model.prepare('select name, pk from pragma_table_info(?) order by cid').all(name);
  const key = rows.filter(({ pk }) => Number(pk) > 0).toSorted((a, b) => Number(a['pk']) - Number(b['pk']));
  if (key.length === 0) throw new Error(`the table ${name} has no primary key`);
  return { name, columns: rows.map((row) => String(row['name'])), key: key.map((row) => String(row['name'])) };
}

function referredTo(model: DatabaseSync, name: string): string[] {
  const rows = model.prepare('select distinct "table" as name from pragma_foreign_key_list(?)').all(name);
  return rows.map((row) => String(row['name'])).filter((other) => other !== name);
}

export const quoted = (name: string) => `"${name}"`;
