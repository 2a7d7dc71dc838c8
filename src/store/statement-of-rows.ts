import {
  type AliasedRawBuilder,
  PostgresAdapter,
  type RawBuilder,
  type SelectQueryBuilder,
  sql,
  type UpdateQueryBuilder,
} from 'kysely';
import { type ColumnKind, ColumnValues } from './column-values.ts';
import { bindSlots, type Compilable, type Db, effect, type Script, slotOf, type Statement } from './script.ts';

/** A statement over rows of values: one for all of them where the database takes lists, else one for each in turn. No row of it may depend on what
 *  another changes. */
export type PreparedRows<Args, Row> = {
  all(db: Db, rows: readonly Args[]): Script<Row[]>;
  run(db: Db, rows: readonly Args[]): Script<void>;
};

/** In the place of the rows while the statement is built. */
type Rows<Args> = {
  /** A value of the row; it can be compared and stored, not looked at. */
  readonly value: { readonly [Name in keyof Args]: RawBuilder<Args[Name]> };
  /** The row's place among the rows of its statement, from 1. */
  readonly place: RawBuilder<number>;
  /** What stands beside the tables a statement selects from. */
  readonly tables: AliasedRawBuilder<object, 'v'>[];
  /** An update beside whose table the rows stand. */
  beside<DB, UT extends keyof DB, TB extends keyof DB, Row>(
    query: UpdateQueryBuilder<DB, UT, TB, Row>,
  ): UpdateQueryBuilder<DB, UT, TB, Row>;
  /** What is selected in the order of the rows: ids that are drawn while it is stored rise in it. */
  inOrder<DB, TB extends keyof DB, Row>(query: SelectQueryBuilder<DB, TB, Row>): SelectQueryBuilder<DB, TB, Row>;
};

type Columns<Args> = { readonly [Name in keyof Args]: ColumnKind };

/** `build` is called once for each builder and must give the same statement whatever the values. */
export function statementOfRows<Args extends { readonly [Name in keyof Args]: string | number | null }>(
  columns: Columns<Args>,
): <Row>(build: (db: Db, rows: Rows<Args>) => Compilable<Row>) => PreparedRows<Args, Row> {
  return <Row>(build: (db: Db, rows: Rows<Args>) => Compilable<Row>): PreparedRows<Args, Row> => {
    const ofOne = new WeakMap<Db, Statement>();
    const ofMany = new WeakMap<Db, Statement>();
    const template = (db: Db, compiled: WeakMap<Db, Statement>, rowsOf: () => Rows<Args>): Statement => {
      let found = compiled.get(db);
      if (!found) compiled.set(db, (found = build(db, rowsOf()).compile()));
      return found;
    };
    function* statements(db: Db, rows: readonly Args[]): Generator<Statement, void, void> {
      const hasLists = takesLists(db);
      if (hasLists && rows.length > 1) {
        const many = template(db, ofMany, () => listed(columns));
        yield bindSlots(many, (name) => {
          const each = name as keyof Args;
          return new ColumnValues(
            columns[each],
            rows.map((row) => row[each]),
          );
        });
        return;
      }
      for (const row of rows) {
        const one = template(db, ofOne, () => single(columns, hasLists));
        yield bindSlots(one, (name) => row[name as keyof Args]);
      }
    }
    return {
      *all(db, rows) {
        const found: Row[] = [];
        for (const each of statements(db, rows)) found.push(...((yield each) as Row[]));
        return found;
      },
      *run(db, rows) {
        for (const each of statements(db, rows)) yield effect(each);
      },
    };
  };
}

function takesLists(db: Db): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/** No table's: SQLite does not say whose column a changed row's is, and PostgreSQL then wants a name that only one has. */
const columnOf = (name: string) => `row_${name}`;

/** The rows are a table `v` of lists, one for each column. */
function listed<Args>(columns: Columns<Args>): Rows<Args> {
  const names = Object.keys(columns) as (string & keyof Args)[];
  const lists = sql.join(names.map((name) => sql`${slotOf(name)}::${sql.raw(columns[name])}[]`));
  const named = sql`v(${sql.join([...names, 'place'].map((name) => sql.ref(columnOf(name))))})`;
  const table = sql<object>`unnest(${lists}) with ordinality`.as<'v'>(named);
  return {
    value: Object.fromEntries(names.map((name) => [name, sql.ref(`v.${columnOf(name)}`)])) as Rows<Args>['value'],
    place: sql.ref(`v.${columnOf('place')}`),
    tables: [table],
    beside: (query) => query.from(table) as unknown as typeof query,
    inOrder: (query) => query.orderBy(sql.ref(`v.${columnOf('place')}`)),
  };
}

/** The one row's values stand where they are used. PostgreSQL plans that once, while it would plan a list of one anew each time: it takes a list
 *  that it does not know for one of ten. */
function single<Args>(columns: Columns<Args>, areTyped: boolean): Rows<Args> {
  const names = Object.keys(columns) as (string & keyof Args)[];
  const valueOf = (name: string & keyof Args) =>
    areTyped ? sql`${slotOf(name)}::${sql.raw(columns[name])}` : slotOf(name);
  return {
    value: Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Rows<Args>['value'],
    place: sql.lit(1),
    tables: [],
    beside: (query) => query,
    inOrder: (query) => query,
  };
}
