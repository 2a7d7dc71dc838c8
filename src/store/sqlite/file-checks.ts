import { DatabaseSync } from 'node:sqlite';
import type { FileFindings } from '../queries/verify.ts';
import { migrate } from './migrate.ts';

const maxFindings = 100;

/** Looks at every page, at references between tables, and at tables and indexes by their definitions: a unique index that is gone
 *  breaks nothing until a double is stored. */
export function checkFile(database: DatabaseSync): FileFindings {
  const definitions = definitionsOf(database);
  return {
    looked: {
      pages: numberOf(database, 'pragma page_count', 'page_count'),
      tables: [...definitions.keys()].filter((name) => name.startsWith('table ')).length,
    },
    damage: damageOf(database),
    references: referencesOf(database),
    schema: schemaDifferences(definitions),
    notes: [],
  };
}

function damageOf(database: DatabaseSync): string[] {
  try {
    const rows = database.prepare(`pragma integrity_check(${maxFindings})`).all() as { integrity_check: string }[];
    return rows.map((row) => row.integrity_check).filter((each) => each !== 'ok');
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function referencesOf(database: DatabaseSync): string[] {
  const rows = database.prepare('pragma foreign_key_check').all() as {
    table: string;
    rowid: number | null;
    parent: string;
  }[];
  return rows.slice(0, maxFindings).map((row) => `${row.table} row ${row.rowid ?? '?'} names no row of ${row.parent}`);
}

function schemaDifferences(stored: ReadonlyMap<string, string>): string[] {
  const model = new DatabaseSync(':memory:');
  try {
    migrate(model, '');
    const differences: string[] = [];
    for (const [name, definition] of definitionsOf(model)) {
      const found = stored.get(name);
      if (found === undefined) differences.push(`${name} is missing`);
      else if (found !== definition) differences.push(`${name} is defined otherwise than this version does`);
    }
    return differences;
  } finally {
    model.close();
  }
}

/** `table users` to its definition. Indexes that a constraint makes have none of their own. */
function definitionsOf(database: DatabaseSync): Map<string, string> {
  const rows = database.prepare(`select type, name, sql from sqlite_master where sql is not null`).all() as {
    type: string;
    name: string;
    sql: string;
  }[];
  return new Map(rows.map((row) => [`${row.type} ${row.name}`, row.sql.replaceAll(/\s+/g, ' ')]));
}

function numberOf(database: DatabaseSync, statement: string, column: string): number {
  const row = database.prepare(statement).get() as Record<string, number> | undefined;
  return row?.[column] ?? 0;
}
