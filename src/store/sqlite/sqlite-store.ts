import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../../clock.ts';
import { allTopics, type Query, type Topic } from '../command.ts';
import { commands } from '../commands/index.ts';
import { reads, scans } from '../queries/index.ts';
import { sqliteBuilder } from '../script.ts';
import { createReaderThreads, type ReaderThreads } from '../reader-threads.ts';
import type { Store } from '../store.ts';
import { fromWireError, toWireError } from '../wire.ts';
import { openBell } from './bell.ts';
import { createDriver } from './drive.ts';
import { openReader } from './open.ts';
import { isUnavailable } from './unavailable.ts';
import { watchDataVersion } from './watch-data-version.ts';
import { openWriterWorker } from './writer.ts';

export type SqliteStoreOptions = {
  /** Path of the database file; its folder is made. */
  path: string;
  clock: Clock;
  /** Tests only: a point at which the process is killed, see writer.worker.ts. */
  killAt?: string;
  /** This process among others on the same file: each tells the others of its commits at once. Alone when left out. */
  instance?: { folder: string; instanceId: string };
  /** Tests only: the bell of this process is silent, so that only polling finds commits, its own too. */
  silentBell?: boolean;
  /** Benchmarks and tests only: how many commands may share a transaction, see writer.worker.ts. */
  batchCommands?: number;
};

/** The first search after a start waits until all passages are in memory: 6 s for 100,000. So does the first list by text for all sessions. */
const searchDeadlineMs = 120_000;

/** Opens the embedded store: writes in one worker thread, scans in others, searches for passages and for sessions each in one that keeps what it
 *  looks through in memory, point reads here. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  mkdirSync(dirname(options.path), { recursive: true });
  const writer = await openWriterWorker({
    path: options.path,
    now: options.clock.now(),
    ...(options.killAt !== undefined && { killAt: options.killAt }),
    ...(options.batchCommands !== undefined && { batchCommands: options.batchCommands }),
  });
  const database = openReader(options.path);
  const driver = createDriver(database);
  const reader = { worker: new URL('./reader.worker.ts', import.meta.url), workerData: { path: options.path } };
  const readers = createReaderThreads(reader);
  const remembering = () => createReaderThreads(reader, { threads: 1, deadlineMs: searchDeadlineMs });
  const [searcher, finder] = [remembering(), remembering()];
  const threadsOf: Readonly<Record<string, ReaderThreads>> = { searchPassages: searcher, sessionsByText: finder };
  const builder = sqliteBuilder();
  const listeners = new Set<(topics: readonly Topic[]) => void>();
  const ring = (topics: readonly Topic[]) => {
    for (const listener of listeners) listener(topics);
  };
  const bell = options.instance && !options.silentBell ? openBell({ ...options.instance, onRing: ring }) : undefined;
  let unwatch: (() => void) | undefined;
  if (options.silentBell) {
    unwatch = watchDataVersion(database, () => ring(allTopics));
  } else {
    writer.onCommit((topics) => {
      ring(topics);
      bell?.ring(topics);
    });
    writer.onForeignCommit(() => ring(allTopics));
  }

  function readHere<Args, Result>(query: Query<Args, Result>): (args: Args) => Promise<Result> {
    return async (args) => {
      try {
        driver.exec('begin');
        const result = driver.drive(query.run(builder, args));
        driver.exec('commit');
        return result;
      } catch (error) {
        if (database.isTransaction) driver.exec('rollback');
        throw fromWireError(toWireError(error, isUnavailable));
      }
    };
  }

  const readRegistry = reads as unknown as Record<string, Query<unknown, unknown>>;

  return {
    write: methods(commands, (name) => (args: unknown) => writer.write(name, args)) as unknown as Store['write'],
    read: methods(reads, (name) => readHere(readRegistry[name] as Query<unknown, unknown>)) as unknown as Store['read'],
    scan: methods(scans, (name) => {
      const threads = threadsOf[name] ?? readers;
      return (args: unknown) => threads.scan(name, args);
    }) as unknown as Store['scan'],
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async checkHealth() {
      await writer.write('checkWritable', { at: options.clock.now() });
    },
    vectorPlace: () => ({ kind: 'memory', why: '' }),
    forgetRemoved: () => writer.checkpoint(),
    async close() {
      unwatch?.();
      bell?.close();
      await writer.close();
      await readers.close();
      await Promise.all([searcher.close(), finder.close()]);
      database.close();
    },
  };
}

/** One method for each name of a registry. */
function methods<Method>(names: object, make: (name: string) => Method): Record<string, Method> {
  return Object.fromEntries(Object.keys(names).map((name) => [name, make(name)]));
}
