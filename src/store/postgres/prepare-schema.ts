import { Client } from 'pg';
import type { Clock } from '../../clock.ts';
import { clientConfig } from './connect.ts';
import { migrate } from './migrate.ts';
import { type Names, namesIn } from './names.ts';

/** Makes or updates the tables, and gives the names of what is theirs alone. */
export async function prepareSchema({ url, clock }: { url: string; clock: Clock }): Promise<Names> {
  const client = new Client({ ...clientConfig({ url, name: 'migration' }), pipeline: false });
  await client.connect();
  try {
    const { rows } = await client.query('select current_schema() as schema');
    const schema: unknown = rows[0]?.schema;
    if (typeof schema !== 'string') throw new Error('The database has no schema that tables can be made in.');
    const names = namesIn(schema);
    await migrate(client, { now: clock.now(), lock: names.writeLock });
    return names;
  } finally {
    await client.end();
  }
}
