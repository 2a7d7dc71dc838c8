import { Client } from 'pg';
import { systemClock } from '../../clock.ts';
import { clientConfig } from '../postgres/connect.ts';
import { migrate } from '../postgres/migrate.ts';
import { namesIn } from '../postgres/names.ts';

/** Brings the schema of a database to the newest version, as a start does, and is killed when it has sent so many statements: the last of them may
 *  or may not be done. Ends by itself when there are fewer. */
const [url = '', statements = ''] = process.argv.slice(2);
const client = new Client({ ...clientConfig({ url, name: 'migration' }), pipeline: false });
await client.connect();
const send = client.query.bind(client) as (...args: unknown[]) => unknown;
let left = Number(statements);
client.query = ((...args: unknown[]) => {
  left -= 1;
  const answer = send(...args);
  // It is on its way once this turn of the event loop is over.
  if (left === 0) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
  return answer;
}) as typeof client.query;
await migrate(client, { now: systemClock.now(), lock: namesIn('public').writeLock });
await client.end();
