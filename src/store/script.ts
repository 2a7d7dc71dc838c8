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
  /** The script yields no other after it, and whatever its rows are, what was done stays: a driver may commit before it looks at them. */
  readonly isLast?: boolean;
  /** Statements that need not wait for its rows. The answer is then a list of rows for each, its own first. */
  readonly with?: readonly Statement[];
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

export type Compilable<Row> = { compile(): Statement & { readonly query: unknown }; execute(): Promise<Row[]> };

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

/** Whether a statement, and what is asked with it, changes nothing. */
export function isQuestion({ sql: text, with: others = [] }: Statement): boolean {
  return /^\s*select\b/i.test(text) && others.every(isQuestion);
}

export const effect = ({ sql: text, parameters }: Statement): Statement => ({ sql: text, parameters, isEffect: true });

/** Scripts none of which needs what another finds: what each asks for next is asked for with that of the others, one wait for all. */
export function* together<Results extends readonly unknown[]>(
  ...scripts: { readonly [I in keyof Results]: Script<Results[I]> }
): Script<Results> {
  const results: unknown[] = [];
  let asking = scripts.map((script, i) => ({ script, i, step: script.next([]) }));
  for (;;) {
    for (const { i, step } of asking) if (step.done) results[i] = step.value;
    asking = asking.filter(({ step }) => !step.done);
    if (asking.length === 0) return results as unknown as Results;
    const answers = yield* ask(asking.map(({ step }) => step.value as Statement));
    for (const [at, each] of asking.entries()) each.step = each.script.next(answers[at] ?? []);
  }
}

/** Asks for several at once. @returns the answer to each */
export function* ask(wanted: readonly Statement[]): Script<unknown[][]> {
  const [head, ...others] = wanted.flatMap((each) => [each, ...(each.with ?? [])]);
  if (!head) return [];
  const isEffect = wanted.every((each) => each.isEffect === true);
  const rows = others.length === 0 ? [yield head] : ((yield { ...head, isEffect, with: others }) as unknown[][]);
  return wanted.map((each) => (each.with ? rows.splice(0, each.with.length + 1) : (rows.shift() ?? [])));
}

/** A script of at most one statement that ends the command it stands in: see `Statement.isLast`. */
export function* last<Result>(script: Script<Result>): Script<Result> {
  const step = script.next([]);
  if (step.done) return step.value;
  // What a database that takes no lists is asked row by row has more.
  return yield* continued(script, script.next(yield { ...step.value, isLast: true }));
}

/** Goes on with a script from a step of it. */
export function* continued<Result>(script: Script<Result>, from: IteratorResult<Statement, Result>): Script<Result> {
  let step = from;
  while (!step.done) step = script.next(yield step.value);
  return step.value;
}

/** Runs a script whose rows nobody looks at. */
export function* forEffect(script: Script<unknown>): Script<void> {
  for (let step = script.next([]); !step.done; step = script.next([])) yield { ...step.value, isEffect: true };
}

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
      return bindSlots(template, (name) => args[name as keyof Args]);
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
  return new Proxy({} as Slots<Args>, { get: (_target, name) => slotOf(String(name)) });
}

/** Stands for a value in a statement that is compiled once. */
export function slotOf<T>(name: string): RawBuilder<T> {
  return sql<T>`${new Slot(name)}`;
}

export function bindSlots({ sql: text, parameters }: Statement, valueOf: (name: string) => unknown): Statement {
  return { sql: text, parameters: parameters.map((each) => (each instanceof Slot ? valueOf(each.name) : each)) };
}
