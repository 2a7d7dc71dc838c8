import { Client } from 'pg';
import { parentPort, workerData } from 'node:worker_threads';
import type { Query } from '../command.ts';
import { scans } from '../queries/index.ts';
import { postgresBuilder } from '../script.ts';
import { type ReaderMessage, toWireError, type WorkerRequest } from '../wire.ts';
import { clientConfig, isUnavailable } from './connect.ts';
import { drive } from './drive.ts';
import type { ConnectionSettings } from './row-security/act-as.ts';

/** Searches, one after the other: what it looks through is kept in this thread's memory. A thread whose connection is lost ends, and the
 *  next search starts another. */
if (!parentPort) throw new Error('the searcher runs as a worker thread');
const port = parentPort;
const registry = scans as unknown as Record<string, Query<unknown, unknown>>;
const builder = postgresBuilder();
const say = (message: ReaderMessage) => port.postMessage(message);
const { url, settings } = workerData as { url: string; settings: ConnectionSettings };

const client = new Client(clientConfig({ url, name: 'searcher', settings }));
client.on('error', () => process.exit(1));
const connected = client.connect();
// It is told to whoever searches.
connected.catch(() => undefined);

port.on('message', ({ id, name, args }: WorkerRequest) => {
  void search(name, args).then(
    (result) => say({ type: 'answer', answer: { id, ok: true, result } }),
    (error: unknown) => {
      say({ type: 'answer', answer: { id, ok: false, error: toWireError(error, isUnavailable) } });
      if (!(error instanceof Error) || isUnavailable(error)) process.exit(1);
    },
  );
});

async function search(name: string, args: unknown): Promise<unknown> {
  const query = registry[name];
  if (!query) throw new Error(`no scan ${name}`);
  await connected;
  await client.query('begin isolation level repeatable read read only');
  try {
    const result = await drive(client, query.run(builder, args));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
say({ type: 'ready' });
