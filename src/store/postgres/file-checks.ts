import { Client } from 'pg';
import type { FileFindings } from '../queries/verify.ts';
import { clientConfig } from './connect.ts';
import { schemaStatements } from './migrate.ts';

/** Asks on a connection; one failed statement does not fail those after it. */
export type Ask = (text: string) => Promise<Record<string, unknown>[]>;

const maxFindings = 100;

/** Reads every row whole, looks for the row of each reference, and compares tables, constraints and indexes with what this version makes. The
 *  server keeps pages and references itself; a unique index that is gone breaks nothing until a double is stored. */
export async function checkFile(ask: Ask, url: string): Promise<FileFindings> {
  const tables = await tablesOf(ask);
  const definitions = await definitionsOf(ask, 'current_schema()::regnamespace');
  const references = await referencesOf(ask);
  const { rows, damage } = await readWhole(ask, tables);
  const [size] = await ask(`select sum(pg_table_size(c.oid) / current_setting('block_size')::int) as pages
    from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'`);
  return {
    looked: {
      pages: Number(size?.pages),
      tables: tables.length,
      rows,
      references: references.length,
      indexes: [...definitions.keys()].filter((name) => name.startsWith('index ')).length,
    },
    damage,
    references: await brokenReferences(ask, references),
    schema: await schemaDifferences(definitions, url),
    notes: ['indexes were not held against their tables: pg_amcheck does that'],
  };
}

/** Names as SQL. */
async function tablesOf(ask: Ask): Promise<string[]> {
  const rows = await ask(`select format('%I', relname) as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r' order by relname`);
  return rows.map(({ name }) => String(name));
}

async function readWhole(ask: Ask, tables: readonly string[]): Promise<{ rows: number; damage: string[] }> {
  let rows = 0;
  const damage: string[] = [];
  for (const table of tables) {
    try {
      // Each column of each row is made text, so that what lies outside of the row is read too.
      const [counted] = await ask(`select count(whole_row::text) as rows from ${table} as whole_row`);
      rows += Number(counted?.rows);
    } catch (error) {
      damage.push(`${table}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { rows, damage };
}

/** A foreign key as SQL: its tables `c` and `p`, when it names something, and what it must match. */
type Reference = { child: string; parent: string; given: string; matches: string };

async function referencesOf(ask: Ask): Promise<Reference[]> {
  return (await ask(`select k.conrelid::regclass::text as child, k.confrelid::regclass::text as parent,
      string_agg(format('c.%I is not null', a.attname), ' and ') as given,
      string_agg(format('p.%I = c.%I', b.attname, a.attname), ' and ') as matches
    from pg_constraint k cross join unnest(k.conkey, k.confkey) as pair (child, parent)
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.child
    join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.parent
    where k.contype = 'f' and k.connamespace = current_schema()::regnamespace
    group by k.oid, k.conrelid, k.confrelid order by 1, 2, 4`)) as Reference[];
}

async function brokenReferences(ask: Ask, references: readonly Reference[]): Promise<string[]> {
  const broken: string[] = [];
  for (const { child, parent, given, matches } of references) {
    const rows = await ask(`select c.ctid::text as row from ${child} as c
      where ${given} and not exists (select 1 from ${parent} as p where ${matches}) limit ${maxFindings}`);
    broken.push(...rows.map(({ row }) => `${child} row ${String(row)} names no row of ${parent}`));
  }
  return broken;
}

/** Compares with tables made beside, for a connection of its own alone, and gone with it. */
async function schemaDifferences(stored: ReadonlyMap<string, string>, url: string): Promise<string[]> {
  const model = new Client({ ...clientConfig({ url, name: 'verify' }), pipeline: false });
  // A connection that is lost fails what is asked next.
  model.on('error', () => undefined);
  await model.connect();
  try {
    await model.query('begin; set local search_path = pg_temp');
    for (const statement of schemaStatements()) await model.query(statement);
    const askModel: Ask = async (text) => (await model.query<Record<string, unknown>>(text)).rows;
    const differences: string[] = [];
    for (const [name, definition] of await definitionsOf(askModel, 'pg_my_temp_schema()')) {
      const found = stored.get(name);
      if (found === undefined) differences.push(`${name} is missing`);
      else if (found !== definition) differences.push(`${name} is defined otherwise than this version does`);
    }
    await model.query('rollback');
    return differences;
  } finally {
    await model.end();
  }
}

/** `table users` to its definition.
 *  @param schema  SQL of where the tables are, which the connection makes tables in */
async function definitionsOf(ask: Ask, schema: string): Promise<Map<string, string>> {
  const rows = await ask(`select 'table ' || c.relname as name,
      string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
        a.attidentity, o.collname, pg_get_expr(d.adbin, d.adrelid)), ', ' order by a.attnum) as definition
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    left join pg_collation o on o.oid = a.attcollation
    where c.relnamespace = ${schema} and c.relkind = 'r' group by c.relname
    union all select 'constraint ' || k.conname || ' of ' || c.relname, pg_get_constraintdef(k.oid)
    from pg_constraint k join pg_class c on c.oid = k.conrelid where c.relnamespace = ${schema}
    union all select 'index ' || i.relname,
      regexp_replace(pg_get_indexdef(i.oid), ' ON [^ ]+\\.', ' ON ') || case when x.indisvalid then '' else ' invalid' end
    from pg_index x join pg_class i on i.oid = x.indexrelid where i.relnamespace = ${schema}`);
  return new Map(rows.map(({ name, definition }) => [String(name), String(definition)]));
}
