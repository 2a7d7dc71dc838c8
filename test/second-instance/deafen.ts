import { Client, escapeLiteral } from 'pg';
import { clientConfig } from '../../src/store/postgres/connect.ts';
import { namesIn } from '../../src/store/postgres/names.ts';
import type { PostgresInstances } from '../faults/postgres-instances.ts';
import { waitFor } from '../wait-for.ts';

/** Takes the bell of the instance away that answers a turn: the connection is cut, and another does not get ready. So it hears of nothing and looks for
 *  nothing, while it reads and writes as before.
 *  @returns what gives it back */
export async function deafen(instances: PostgresInstances, turnId: string): Promise<() => Promise<void>> {
  const [turn] = await instances.query(`select lease_owner from turns where turn_id = '${turnId}'`);
  const presence = namesIn('public').presence(escapeLiteral(String(turn?.['lease_owner'])));
  const locks = `pg_locks where locktype = 'advisory' and objsubid = 1 and (classid::bigint << 32 | objid::bigint) = ${presence}`;
  const client = new Client(clientConfig({ url: instances.databaseUrl, name: 'test' }));
  await client.connect();
  const locked = client.query(`select pg_advisory_lock(${presence})`);
  // Whoever asks for the lock from now on waits behind this.
  await waitFor('the lock asked for', async () => {
    const waiting = await instances.query(`select pid from ${locks} and not granted`);
    return waiting.length > 0;
  });
  await instances.query(`select pg_terminate_backend(pid) from ${locks} and granted`);
  await locked;
  return () => client.end();
}
