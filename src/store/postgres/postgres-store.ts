import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { InstanceId } from '../../ids.ts';
import type { Query, Topic } from '../command.ts';
import { commands } from '../commands/index.ts';
import type { Presence } from '../presence.ts';
import { reads, scans } from '../queries/index.ts';
import type { SearchArgs, SearchHits } from '../queries/knowledge-search.ts';
import { createReaderThreads } from '../reader-threads.ts';
import type { Store } from '../store.ts';
import { openBell } from './bell.ts';
import { createDatabaseClock } from './database-clock.ts';
import { openNearVectors } from './near-vectors.ts';
import { prepareSchema } from './prepare-schema.ts';
import { createReadingPools } from './reading-pools.ts';
import { actAs } from './row-security/act-as.ts';
import type { RowSecurity } from './row-security/secure-rows.ts';
import { createWriter, type WriterOptions } from './writer.ts';

export type PostgresStoreOptions = {
  url: string;
  clock: Clock;
  instanceId: InstanceId;
  /** Refuse a database that cannot keep people's rows apart. */
  requireRowSecurity?: boolean;
  /** Tests only, see writer.ts. */
  atPoint?: WriterOptions['atPoint'];
  /** Tests only: nobody listens to notifications, so that only polling finds commits, this process's own too. */
  silentBell?: boolean;
  /** Benchmarks and tests only: how many commands may share a transaction. */
  batchCommands?: number;
  /** Told why vectors that the database could search are looked through in memory. */
  onVectorFailure?: (error: unknown) => void;
  /** Tests only: how many vectors of one embedder are looked through in memory where the database has pgvector. */
  mostVectorsInMemory?: number;
  /** Benchmarks and tests only, see writer.ts. */
  onRoundTrip?: WriterOptions['onRoundTrip'];
};

export type OpenedPostgres = {
  store: Store;
  presence: Presence;
  /** The database's, which all of its instances share. */
  clock: Clock;
  rowSecurity: RowSecurity;
};

/** Reads of many requests at once wait for each other beyond this. */
const readConnections = { member: 4, worker: 3, facts: 1 };
const scanConnections = { member: 2, worker: 2, facts: 2 };
const readDeadlineMs = 10_000;
const scanDeadlineMs = 20_000;
/** The first search after a start waits until all passages are in memory, the first list by text until all sessions are. */
const searchDeadlineMs = 120_000;

/** Beyond so many vectors a look at all of them takes 50 ms and 450 MB of each instance. */
const mostVectorsInMemory = 1_000_000;

/** Opens a store in a PostgreSQL database that any number of instances share, brought to the newest schema. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<OpenedPostgres> {
  const { url, instanceId } = options;
  const { names, rowSecurity } = await prepareSchema(options);
  const settings = actAs(rowSecurity, 'worker');
  const clock = createDatabaseClock(options.clock);
  const listeners = new Set<(topics: readonly Topic[]) => void>();
  const ring = (topics: readonly Topic[]) => {
    for (const listener of listeners) listener(topics);
  };
  const bell = await openBell({
    url,
    settings,
    names,
    instanceId,
    clock,
    local: options.clock,
    onRing: ring,
    ...(options.silentBell && { isSilent: true }),
  });
  const writer = createWriter({
    url,
    settings,
    names,
    instanceId,
    ...(options.atPoint && { atPoint: options.atPoint }),
    ...(options.batchCommands !== undefined && { batchCommands: options.batchCommands }),
    ...(options.onRoundTrip && { onRoundTrip: options.onRoundTrip }),
  });
  if (!options.silentBell) writer.onCommit(ring);
  writer.onCommit(bell.tell);
  const shared = { url, rowSecurity };
  const reading = createReadingPools({
    ...shared,
    name: 'reader',
    sizes: readConnections,
    deadlineMs: readDeadlineMs,
  });
  const scanning = createReadingPools({
    ...shared,
    name: 'scanner',
    sizes: scanConnections,
    deadlineMs: scanDeadlineMs,
  });
  const remembering = () =>
    createReaderThreads(
      { worker: new URL('./search.worker.ts', import.meta.url), workerData: { url, settings } },
      { threads: 1, deadlineMs: searchDeadlineMs },
    );
  const [searcher, finder] = [remembering(), remembering()];
  const near = await openNearVectors({
    url,
    rowSecurity,
    names,
    mostInMemory: options.mostVectorsInMemory ?? mostVectorsInMemory,
    onFailure: options.onVectorFailure ?? (() => undefined),
  });

  const searchOn = (args: SearchArgs) => searcher.scan('searchPassages', args) as Promise<SearchHits>;

  /** By the index of the database where there is one; when that fails, in memory. */
  async function search(args: SearchArgs): Promise<SearchHits> {
    const index = args.vector && near.indexOf(args.vector.embedder);
    if (!index) return searchOn(args);
    try {
      return await searchOn({ ...args, near: index });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'internal') throw error;
      near.doubt(error);
      return searchOn(args);
    }
  }

  const store: Store = {
    write: methods(commands, (name) => (args: unknown) => writer.write(name, args)) as unknown as Store['write'],
    read: methods(
      asQueries(reads),
      (name, query) => (args: unknown) => reading.read(name, query, args),
    ) as unknown as Store['read'],
    scan: methods(asQueries(scans), (name, query) => {
      if (name === 'searchPassages') return (args: unknown) => search(args as SearchArgs);
      if (name === 'sessionsByText') return (args: unknown) => finder.scan(name, args);
      return (args: unknown) => scanning.read(name, query, args);
    }) as unknown as Store['scan'],
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async checkHealth() {
      await writer.write('checkWritable', { at: clock.now() });
    },
    vectorPlace: () => near.place(),
    // What was removed is out of every table with its transaction; the database's own log and backups are the operator's.
    forgetRemoved: () => Promise.resolve(true),
    async close() {
      await writer.close();
      await bell.close();
      await near.close();
      await Promise.all([reading.close(), scanning.close(), searcher.close(), finder.close()]);
    },
  };
  const presence: Presence = {
    instanceId,
    goneAmong: async (instanceIds) => bell.goneAmong(instanceIds.filter((id) => id !== instanceId)),
    // Its lock is of the bell's session, and ends with the store.
    close: () => Promise.resolve(),
  };
  return { store, presence, clock, rowSecurity };
}

const asQueries = (registry: object) => registry as Readonly<Record<string, Query<unknown, unknown>>>;

/** One method for each name of a registry. */
function methods<Each, Method>(
  registry: Readonly<Record<string, Each>>,
  make: (name: string, each: Each) => Method,
): Record<string, Method> {
  return Object.fromEntries(Object.entries(registry).map(([name, each]) => [name, make(name, each)]));
}
