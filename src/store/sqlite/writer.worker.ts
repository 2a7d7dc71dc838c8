import type { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import { type Command, type Topic } from '../command.ts';
import { commands } from '../commands/index.ts';
import { watchForKillPoint } from '../kill-point.ts';
import { sqliteBuilder } from '../script.ts';
import { toWireError, type WireError, type WorkerRequest } from '../wire.ts';
import { createDriver } from './drive.ts';
import { migrate } from './migrate.ts';
import { openWriter } from './open.ts';
import { isUnavailable } from './unavailable.ts';
import { watchDataVersion } from './watch-data-version.ts';
import {
  type Committed,
  checkpointRequest,
  closeRequest,
  type ToWriter,
  type WriterMessage,
} from './writer-messages.ts';

export type WriterData = {
  path: string;
  now: string;
  /** Tests only: `before:NAME` or `after:NAME`, optionally `:N` for the n-th time; the process is killed at that point. */
  killAt?: string;
  /** Benchmarks and tests only: how many commands may share a transaction, when not `maxBatchCommands`. */
  batchCommands?: number;
};

/** A batch ends at whichever comes first. */
const maxBatchCommands = 256;
const maxBatchMs = 10;
/** How long a batch waits for another process's write before its commands are refused. */
const busyDeadlineMs = 5_000;
/** SQLite's own default; a larger one only makes pauses longer. */
const sqliteBusy = 5;

if (!parentPort) throw new Error('the writer runs as a worker thread');
const port = parentPort;
const data = workerData as WriterData;
const registry = commands as unknown as Record<string, Command<unknown, unknown>>;
const builder = sqliteBuilder();
const atPoint =
  data.killAt === undefined ? undefined : watchForKillPoint(data.killAt, () => process.kill(process.pid, 'SIGKILL'));
const say = (message: WriterMessage) => port.postMessage(message);

let database: DatabaseSync;
try {
  database = openWriter(data.path);
  migrate(database, data.now);
} catch (error) {
  say({ type: 'failed', error: toWireError(error, isUnavailable) });
  throw error;
}
const driver = createDriver(database);
const batchCommands = data.batchCommands ?? maxBatchCommands;
const queue: WorkerRequest[] = [];

// Only this handle can tell others' commits from this process's own.
const unwatch = watchDataVersion(database, () => say({ type: 'foreign' }));

let closing = false;
let checkpoints = 0;
port.on('message', (message: ToWriter) => {
  take(message);
  drain();
  for (; checkpoints > 0; checkpoints--) say({ type: 'checkpointed', isEmpty: emptyLog() });
  if (!closing) return;
  unwatch();
  // Other programs then find everything in the file itself.
  emptyLog();
  database.close();
  port.close();
});
say({ type: 'ready' });

function emptyLog(): boolean {
  return database.prepare('pragma wal_checkpoint(truncate)').get()?.busy === 0;
}

function take(message: ToWriter): void {
  if (message === closeRequest) closing = true;
  else if (message === checkpointRequest) checkpoints += 1;
  else queue.push(...message);
}

/** Commits everything that waits, batch by batch: all commands of a batch share one transaction and one sync. */
function drain(): void {
  for (;;) {
    for (let waiting = receiveMessageOnPort(port); waiting; waiting = receiveMessageOnPort(port)) {
      take(waiting.message as ToWriter);
    }
    if (queue.length === 0) return;
    say(commitBatch());
  }
}

function commitBatch(): Committed {
  const taken: WorkerRequest[] = [];
  const batch: Batch = { done: [], results: [], failed: [], topics: new Set() };
  try {
    begin();
  } catch (error) {
    return refuse(queue.splice(0), toWireError(error, isUnavailable));
  }
  // A command that has the transaction to itself is undone with it, and needs no savepoint.
  const savepoints = Math.min(queue.length, batchCommands) > 1;
  const startedMs = performance.now();
  while (queue.length > 0 && taken.length < batchCommands && performance.now() - startedMs < maxBatchMs) {
    const request = queue.shift();
    if (!request) break;
    taken.push(request);
    const failure = runCommand(request, batch, savepoints);
    if (!failure) continue;
    // Without savepoints, or when SQLite itself gave up the transaction (a full disk, no memory): all the batch did is undone.
    if (!database.isTransaction) return refuse(taken, failure);
    batch.failed.push({ id: request.id, error: failure });
  }
  try {
    for (const request of taken) atPoint?.('before', request.name);
    driver.exec('commit');
  } catch (error) {
    rollBack();
    return refuse(taken, toWireError(error, isUnavailable));
  }
  for (const request of taken) atPoint?.('after', request.name);
  return { ...batch, type: 'committed', topics: [...batch.topics] };
}

type Batch = Pick<Committed, 'done' | 'results' | 'failed'> & { topics: Set<Topic> };

/** Runs one command and adds its result to the batch. Gives why it failed: then it is undone, alone where there are savepoints. */
function runCommand({ id, name, args }: WorkerRequest, batch: Batch, savepoints: boolean): WireError | undefined {
  const command = registry[name];
  if (!command) return toWireError(new Error(`no command ${name}`), isUnavailable);
  try {
    if (savepoints) driver.exec('savepoint command');
    const before = driver.changedRows();
    const result = driver.drive(command.run(builder, args));
    if (savepoints) driver.exec('release command');
    // A command that found nothing to do rings no bell: whoever it would wake might ask again, without end.
    if (driver.changedRows() > before) for (const topic of command.topics) batch.topics.add(topic);
    batch.done.push(id);
    batch.results.push(result);
    return undefined;
  } catch (error) {
    if (!savepoints) rollBack();
    else if (database.isTransaction) {
      driver.exec('rollback to command');
      driver.exec('release command');
    }
    return toWireError(error, isUnavailable);
  }
}

function begin(): void {
  const deadlineMs = performance.now() + busyDeadlineMs;
  for (;;) {
    try {
      driver.exec('begin immediate');
      return;
    } catch (error) {
      const busy = error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === sqliteBusy;
      if (!busy) throw error;
      if (performance.now() > deadlineMs) {
        throw new AppError('store_unavailable', { retryAfterSeconds: 1, cause: error });
      }
      pause(2);
    }
  }
}

/** Blocks this worker, which has nothing else to do; the server's event loop is another thread. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function rollBack(): void {
  if (database.isTransaction) driver.exec('rollback');
}

function refuse(requests: WorkerRequest[], error: WireError): Committed {
  return { type: 'committed', done: [], results: [], failed: requests.map(({ id }) => ({ id, error })), topics: [] };
}
