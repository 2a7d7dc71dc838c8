import { Client } from 'pg';
import type { Command } from '../command.ts';
import { postgresBuilder } from '../script.ts';
import { clientConfig } from './connect.ts';
import { drive } from './drive.ts';
import { namesIn } from './names.ts';
import { becomeWorker } from './row-security/act-as.ts';

const busyMs = 5_000;

/** Runs one command in a database, beside the servers that use it. Nothing is made or migrated.
 *  @throws Error when the database cannot be reached or written */
export async function runOnce<Args, Result>(url: string, command: Command<Args, Result>, args: Args): Promise<Result> {
  const client = new Client(clientConfig({ url, name: 'command' }));
  // A connection that is lost fails what is asked next.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await becomeWorker(client);
    const { rows } = await client.query('select current_schema() as schema');
    await client.query(`begin; set local lock_timeout = ${busyMs}; set local synchronous_commit = on;
      select pg_advisory_xact_lock(${namesIn(String(rows[0]?.schema)).writeLock})`);
    const result = await drive(client, command.run(postgresBuilder(), args));
    const { command: ended } = await client.query('commit');
    if (ended !== 'COMMIT') throw new Error('the commit was refused');
    return result;
  } finally {
    await client.end();
  }
}
