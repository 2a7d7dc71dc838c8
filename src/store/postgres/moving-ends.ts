import { Client } from 'pg';
import { clientConfig } from './connect.ts';
import { prepareSchema } from './prepare-schema.ts';
import { becomeWorker } from './row-security/act-as.ts';
import type { Clock } from '../../clock.ts';
import type { MovedRow, MovingSource, MovingTarget } from '../moving/ends.ts';
import { quoted, type StoreTable } from '../moving/store-tables.ts';

const rowsAtOnce = 500;
/** PostgreSQL takes 65,535 parameters with a statement. */
const maxParameters = 30_000;

export async function openPostgresSource(url: string): Promise<MovingSource> {
  const client = await connected(url);
  await client.query('begin isolation level repeatable read read only');
  const one = async (statement: string) => Number(Object.values((await client.query(statement)).rows[0] ?? {})[0]);
  return {
    schemaVersion: () => one('select max(id) from schema_migrations'),
    count: ({ name }) => one(`select count(*) from ${quoted(name)}`),
    async *rows({ name, columns, key }) {
      await client.query(`declare moved no scroll cursor for
        select ${columns.map(quoted).join(', ')} from ${quoted(name)} order by ${key.map(quoted).join(', ')}`);
      for (;;) {
        const { rows } = await client.query<MovedRow[]>({ text: `fetch ${rowsAtOnce} from moved`, rowMode: 'array' });
        if (rows.length === 0) break;
        yield rows as unknown as MovedRow[];
      }
      await client.query('close moved');
    },
    close: () => client.end(),
  };
}

export async function openPostgresTarget(url: string, clock: Clock): Promise<MovingTarget> {
  await prepareSchema({ url, clock });
  const client = await connected(url);
  await client.query('begin; set local synchronous_commit = on');
  const filled: StoreTable[] = [];
  return {
    async isEmpty() {
      const { rows } = await client.query('select 1 from users union all select 1 from settings limit 1');
      return rows.length === 0;
    },
    async insert(table, rows) {
      if (filled.at(-1) !== table) filled.push(table);
      const atOnce = Math.max(1, Math.floor(maxParameters / table.columns.length));
      for (let from = 0; from < rows.length; from += atOnce) {
        const some = rows.slice(from, from + atOnce);
        await client.query(insertInto(table, some.length), some.flat());
      }
    },
    async commit() {
      for (const table of filled) await goOnCounting(client, table);
      await client.query('commit');
    },
    close: () => client.end(),
  };
}

async function connected(url: string): Promise<Client> {
  const client = new Client({ ...clientConfig({ url, name: 'moving' }), pipeline: false, query_timeout: 0 });
  await client.connect();
  await becomeWorker(client);
  await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
  return client;
}

function insertInto({ name, columns }: StoreTable, rows: number): string {
  const places = Array.from({ length: rows }, (_row, i) => {
    const values = columns.map((_column, k) => `$${i * columns.length + k + 1}`);
    return `(${values.join(', ')})`;
  });
  return `insert into ${quoted(name)} (${columns.map(quoted).join(', ')}) values ${places.join(', ')}`;
}

/** Ids that the table gives by itself begin after those that came with the rows. */
async function goOnCounting(client: Client, { name, key: [column = ''] }: StoreTable): Promise<void> {
  const { rows } = await client.query('select pg_get_serial_sequence($1, $2) as sequence', [quoted(name), column]);
  const sequence: unknown = rows[0]?.sequence;
  if (typeof sequence !== 'string') return;
  await client.query(`select setval($1, (select max(${quoted(column)}) from ${quoted(name)}))`, [sequence]);
}
