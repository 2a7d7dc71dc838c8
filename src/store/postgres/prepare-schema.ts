import { Client } from 'pg';
import type { Clock } from '../../clock.ts';
import { clientConfig } from './connect.ts';
import { migrate } from './migrate.ts';
import { type Names, namesIn } from './names.ts';
import { type RowSecurity, secureRows } from './row-security/secure-rows.ts';

export type PrepareOptions = {
  url: string;
  clock: Clock;
  /** Refuse a database that cannot keep people's rows apart. */
  requireRowSecurity?: boolean;
};

/** Makes or updates the tables and their policies, as their owner, and gives the names of what is theirs alone. */
export async function prepareSchema(options: PrepareOptions): Promise<{ names: Names; rowSecurity: RowSecurity }> {
  const { url, clock } = options;
  const client = new Client({ ...clientConfig({ url, name: 'migration' }), pipeline: false });
  await client.connect();
  try {
    const { rows } = await client.query('select current_schema() as schema');
    const schema: unknown = rows[0]?.schema;
    if (typeof schema !== 'string') throw new Error('The database has no schema that tables can be made in.');
    const names = namesIn(schema);
    await migrate(client, { now: clock.now(), lock: names.writeLock });
    const rowSecurity = await secureRows(client, {
      schema,
      lock: names.writeLock,
      ...(options.requireRowSecurity && { isRequired: true }),
    });
    return { names, rowSecurity };
  } finally {
    await client.end();
  }
}
