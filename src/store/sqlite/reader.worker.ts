import { parentPort, workerData } from 'node:worker_threads';
import type { Query } from '../command.ts';
import { scans } from '../queries/index.ts';
import { sqliteBuilder } from '../script.ts';
import { type ReaderMessage, toWireError, type WorkerRequest } from '../wire.ts';
import { createDriver } from './drive.ts';
import { openReader } from './open.ts';
import { isUnavailable } from './unavailable.ts';

if (!parentPort) throw new Error('a reader runs as a worker thread');
const port = parentPort;
const registry = scans as unknown as Record<string, Query<unknown, unknown>>;
const builder = sqliteBuilder();
const driver = createDriver(openReader((workerData as { path: string }).path));
const say = (message: ReaderMessage) => port.postMessage(message);

port.on('message', ({ id, name, args }: WorkerRequest) => {
  const query = registry[name];
  try {
    if (!query) throw new Error(`no scan ${name}`);
    driver.exec('begin');
    const result = driver.drive(query.run(builder, args));
    driver.exec('commit');
    say({ type: 'answer', answer: { id, ok: true, result } });
  } catch (error) {
    if (query) driver.exec('rollback');
    say({ type: 'answer', answer: { id, ok: false, error: toWireError(error, isUnavailable) } });
  }
});
say({ type: 'ready' });
