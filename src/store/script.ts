import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { Schema } from './schema.ts';

/** One SQL statement, ready for a driver. */
export type Statement = {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Nobody looks at its rows: a driver whose answers take time need not wait for this one. */
  readonly isEffect?: boolean;
};

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

export function postgresBuilder(): Db {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: (): QueryCompiler => new PostgresQueryCompiler(),
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
  yield effect(query.compile());
}

const effect = ({ sql: text, parameters }: Statement): Statement => ({ sql: text, parameters, isEffect: true });

/** A value a statement is run with. */
type Value = string | number | null;

/** In the place of each value while a statement is built: it can be compared and stored, not looked at. */
type Slots<Args> = { readonly [Name in keyof Args]: RawBuilder<Args[Name]> };

/** A statement compiled once for each builder, which costs as much as running one, and run with the values of each call. */
export type Prepared<Args, Row> = {
  all(db: Db, args: Args): Script<Row[]>;
  first(db: Db, args: Args): Script<Row | undefined>;
  run(db: Db, args: Args): Script<void>;
};

/** For hot paths: `build` is called once and must give the same statement whatever the values. */
export function statement<Args extends { readonly [Name in keyof Args]: Value }>(): <Row>(
  build: (db: Db, slots: Slots<Args>) => Compilable<Row>,
) => Prepared<Args, Row> {
  return <Row>(build: (db: Db, slots: Slots<Args>) => Compilable<Row>): Prepared<Args, Row> => {
    const compiled = new WeakMap<Db, Statement>();
    const bind = (db: Db, args: Args): Statement => {
      let template = compiled.get(db);
      if (!template) compiled.set(db, (template = build(db, slots<Args>()).compile()));
      return {
        sql: template.sql,
        parameters: template.parameters.map((each) => (each instanceof Slot ? args[each.name as keyof Args] : each)),
      };
    };
    return {
      *all(db, args) {
        return (yield bind(db, args)) as Row[];
      },
      *first(db, args) {
        return ((yield bind(db, args)) as Row[])[0];
      },
      *run(db, args) {
        yield effect(bind(db, args));
      },
    };
  };
}

class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

function slots<Args>(): Slots<Args> {
  return new Proxy({} as Slots<Args>, { get: (_target, name) => sql`${new Slot(String(name))}` });
}
