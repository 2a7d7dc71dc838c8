import type { Client } from 'pg';
import { rights } from './rights.ts';

/** How many of the store's tables have policies that their owner must obey too. */
export async function forcedIn(client: Client, schema: string): Promise<'all' | 'some' | 'none'> {
  const { rows } = await client.query(
    `select count(*) as tables, count(*) filter (where relrowsecurity and relforcerowsecurity) as forced,
        count(*) filter (where exists (select from pg_policy where polrelid = c.oid and polname = 'perdure_worker')) as given
      from pg_class c where relnamespace = $1::regnamespace and relkind = 'r' and relname = any($2)`,
    [schema, Object.keys(rights)],
  );
  const [tables, forced, given] = [Number(rows[0]?.tables), Number(rows[0]?.forced), Number(rows[0]?.given)];
  if (forced === 0) return 'none';
  return forced === tables && given === tables ? 'all' : 'some';
}

/** Lets the owner see every row of the store's tables until the transaction that changes them gives the policies anew: what moves rows from
 *  one table to another must find them. */
export async function liftForce(client: Client): Promise<void> {
  const { rows } = await client.query(
    `select format('%I', relname) as name from pg_class
      where relnamespace = current_schema()::regnamespace and relforcerowsecurity and relname = any($1)`,
    [Object.keys(rights)],
  );
  for (const { name } of rows) await client.query(`alter table ${String(name)} no force row level security`);
}
