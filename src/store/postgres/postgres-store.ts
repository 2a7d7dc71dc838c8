import type { Clock } from '../../clock.ts';
import type { InstanceId } from '../../ids.ts';
import type { Query, Topic } from '../command.ts';
import { commands } from '../commands/index.ts';
import type { Presence } from '../presence.ts';
import { reads, scans } from '../queries/index.ts';
import { createReaderThreads } from '../reader-threads.ts';
import type { Store } from '../store.ts';
import { openBell } from './bell.ts';
import { createDatabaseClock } from './database-clock.ts';
import { prepareSchema } from './prepare-schema.ts';
import { createReaders } from './readers.ts';
import { createWriter, type WriterOptions } from './writer.ts';

export type PostgresStoreOptions = {
  url: string;
  clock: Clock;
  instanceId: InstanceId;
  /** Tests only, see writer.ts. */
  atPoint?: WriterOptions['atPoint'];
  /** Tests only: nobody listens to notifications, so that only polling finds commits, this process's own too. */
  silentBell?: boolean;
  /** Benchmarks and tests only: how many commands may share a transaction. */
  batchCommands?: number;
};

export type OpenedPostgres = {
  store: Store;
  presence: Presence;
  /** The database's, which all of its instances share. */
  clock: Clock;
};

/** Reads of many requests at once wait for each other beyond this. */
const readConnections = 6;
const scanConnections = 3;
const readDeadlineMs = 10_000;
const scanDeadlineMs = 20_000;
/** The first search after a start waits until all passages are in memory. */
const searchDeadlineMs = 120_000;

/** Opens a store in a PostgreSQL database that any number of instances share, brought to the newest schema. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<OpenedPostgres> {
  const { url, instanceId } = options;
  const names = await prepareSchema(options);
  const clock = createDatabaseClock(options.clock);
  const listeners = new Set<(topics: readonly Topic[]) => void>();
  const ring = (topics: readonly Topic[]) => {
    for (const listener of listeners) listener(topics);
  };
  const bell = await openBell({
    url,
    names,
    instanceId,
    clock,
    local: options.clock,
    onRing: ring,
    ...(options.silentBell && { isSilent: true }),
  });
  const writer = createWriter({
    url,
    names,
    instanceId,
    ...(options.atPoint && { atPoint: options.atPoint }),
    ...(options.batchCommands !== undefined && { batchCommands: options.batchCommands }),
  });
  if (!options.silentBell) writer.onCommit(ring);
  const reading = createReaders({ url, name: 'reader', connections: readConnections, deadlineMs: readDeadlineMs });
  const scanning = createReaders({ url, name: 'scanner', connections: scanConnections, deadlineMs: scanDeadlineMs });
  const searcher = createReaderThreads(
    { worker: new URL('./search.worker.ts', import.meta.url), workerData: { url } },
    { threads: 1, deadlineMs: searchDeadlineMs },
  );
  const store: Store = {
    write: methods(commands, (name) => (args: unknown) => writer.write(name, args)) as unknown as Store['write'],
    read: methods(
      asQueries(reads),
      (_name, query) => (args: unknown) => reading.read(query, args),
    ) as unknown as Store['read'],
    scan: methods(asQueries(scans), (name, query) => {
      if (name === 'searchPassages') return (args: unknown) => searcher.scan(name, args);
      return (args: unknown) => scanning.read(query, args);
    }) as unknown as Store['scan'],
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async checkHealth() {
      await writer.write('checkWritable', { at: clock.now() });
    },
    // What was removed is out of every table with its transaction; the database's own log and backups are the operator's.
    forgetRemoved: () => Promise.resolve(true),
    async close() {
      await writer.close();
      await bell.close();
      await Promise.all([reading.close(), scanning.close(), searcher.close()]);
    },
  };
  const presence: Presence = {
    instanceId,
    goneAmong: async (instanceIds) => bell.goneAmong(instanceIds.filter((id) => id !== instanceId)),
    // Its lock is of the bell's session, and ends with the store.
    close: () => Promise.resolve(),
  };
  return { store, presence, clock };
}

const asQueries = (registry: object) => registry as Readonly<Record<string, Query<unknown, unknown>>>;

/** One method for each name of a registry. */
function methods<Each, Method>(
  registry: Readonly<Record<string, Each>>,
  make: (name: string, each: Each) => Method,
): Record<string, Method> {
  return Object.fromEntries(Object.entries(registry).map(([name, each]) => [name, make(name, each)]));
}
