import type { DatabaseSync } from 'node:sqlite';
import { migrations } from '../migrations/index.ts';
import type { DdlDialect, Migration } from '../migrations/migration.ts';
import { sqliteBuilder } from '../script.ts';
import { countEverything } from '../usage/count-usage.ts';
import { countsSessions } from './session-counts.ts';

const sqliteDdl: DdlDialect = {
  autoId: 'integer primary key',
  bigint: 'integer',
  bytes: 'blob',
  byKey: ' without rowid',
  keepsFiles: false,
  textSearch: [
    `create virtual table passages_fts using fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2')`,
    `insert into passages_fts (passages_fts, rank) values ('secure-delete', 1)`,
  ],
  dropTextSearch: ['drop table passages_fts'],
  countsSessions,
  countsUsage: countEverything(sqliteBuilder()),
  dropColumn: ({ table, definition, kept }) => copied(table, definition, kept),
  giveIdsOnce: ({ table, definition, columns, indexes }) => [
    ...copied(table, definition('integer primary key autoincrement'), columns),
    ...indexes,
  ],
};

function copied(table: string, definition: string, columns: string): string[] {
  return [
    `create table ${table}_copy ${definition}`,
    `insert into ${table}_copy (${columns}) select ${columns} from ${table} order by 1`,
    `drop table ${table}`,
    `alter table ${table}_copy rename to ${table}`,
  ];
}

/** Brings the file to the newest schema, one transaction for each step. Two processes may do it at once. A store newer than this
 *  program is refused.
 *  @param steps  fewer than all only where a test makes an older store */
export function migrate(database: DatabaseSync, now: string, steps: readonly Migration[] = migrations): void {
  database.exec('pragma busy_timeout = 10000');
  database.exec(
    'create table if not exists schema_migrations (id integer primary key, name text not null, applied_at text not null)',
  );
  for (const migration of steps) {
    database.exec('begin immediate');
    try {
      const applied = database.prepare('select 1 from schema_migrations where id = ?').get(migration.id);
      if (!applied) {
        for (const statement of migration.statements(sqliteDdl)) database.exec(statement);
        database
          .prepare('insert into schema_migrations (id, name, applied_at) values (?, ?, ?)')
          .run(migration.id, migration.name, now);
      }
      database.exec('commit');
    } catch (error) {
      database.exec('rollback');
      throw error;
    }
  }
  const newest = database.prepare('select max(id) as id from schema_migrations').get() as { id: number };
  if (newest.id > Math.max(...steps.map((step) => step.id))) {
    throw new Error(
      'This data directory was written by a newer version of Perdure. Start that version, or restore a backup.',
    );
  }
  database.exec('pragma busy_timeout = 0');
}
