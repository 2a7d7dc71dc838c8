import {
  DummyDriver,
  Kysely,
  type QueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Schema } from './schema.ts';

/** One SQL statement, ready for a driver. */
export type Statement = { readonly sql: string; readonly parameters: readonly unknown[] };

/** A store operation written once for both dialects: it yields statements and gets their rows back, nothing else awaited.
 *  The SQLite writer drives it synchronously inside a savepoint; PostgreSQL drives it in one short transaction. */
export type Script<Result> = Generator<Statement, Result, unknown[]>;

/** The typed statement builder. It compiles and never executes. */
export type Db = Kysely<Schema>;

export function sqliteBuilder(): Db {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: (): QueryCompiler => new SqliteQueryCompiler(),
    },
  });
}

type Compilable<Row> = { compile(): Statement & { readonly query: unknown }; execute(): Promise<Row[]> };

/** Runs a statement and gives all its rows. */
export function* all<Row>(query: Compilable<Row>): Script<Row[]> {
  return (yield query.compile()) as Row[];
}

/** Runs a statement and gives its first row, if any. */
export function* first<Row>(query: Compilable<Row>): Script<Row | undefined> {
  return ((yield query.compile()) as Row[])[0];
}

/** Runs a statement for its effect. */
export function* run(query: { compile(): Statement }): Script<void> {
  yield query.compile();
}
