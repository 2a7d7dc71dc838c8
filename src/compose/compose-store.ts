import { join } from 'node:path';
import { readBootId } from '../boot-id.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { type InstanceId, newId } from '../ids.ts';
import { databaseBoot } from '../store/postgres/database-clock.ts';
import { openPostgresStore } from '../store/postgres/postgres-store.ts';
import type { Presence } from '../store/presence.ts';
import { openSqlitePresence } from '../store/sqlite/presence.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';

export type ComposedStore = {
  store: Store;
  presence: Presence;
  /** The time that all processes on the store share, and the name of the clock that leases are read from. */
  clock: Clock;
  bootId: string;
  /** The file everything is in; undefined where it is in a database elsewhere. */
  databasePath: string | undefined;
};

/** The store of this process and its presence there: in the data directory, or in PostgreSQL where its address is set. */
export async function composeStore(
  { dataDir, databaseUrl, test }: Pick<Config, 'dataDir' | 'databaseUrl' | 'test'>,
  clock: Clock,
): Promise<ComposedStore> {
  const instanceId = newId<InstanceId>();
  const { silentBell, killAt } = test;
  if (databaseUrl !== undefined) {
    const opened = await openPostgresStore({ url: databaseUrl, clock, instanceId, silentBell });
    return { ...opened, bootId: databaseBoot, databasePath: undefined };
  }
  const instance = { folder: join(dataDir, 'instances'), instanceId };
  const databasePath = join(dataDir, 'perdure.db');
  const store = await openSqliteStore({
    path: databasePath,
    clock,
    instance,
    silentBell,
    ...(killAt !== undefined && { killAt }),
  });
  return { store, presence: openSqlitePresence(instance), clock, bootId: readBootId(clock.nowMs()), databasePath };
}
