import { join } from 'node:path';
import { readBootId } from '../boot-id.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { type InstanceId, newId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { FileStore } from '../store/file-store.ts';
import { openFolderFiles } from '../store/files/folder-files.ts';
import { watchForKillPoint } from '../store/kill-point.ts';
import { databaseBoot } from '../store/postgres/database-clock.ts';
import { openPostgresFiles } from '../store/postgres/postgres-files.ts';
import { openPostgresStore } from '../store/postgres/postgres-store.ts';
import type { RowSecurity } from '../store/postgres/row-security/secure-rows.ts';
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
  /** The originals. */
  files: FileStore;
  /** The file everything is in, and the folder of the originals; undefined where both are in a database elsewhere. */
  onDisk: { databasePath: string; filesDir: string } | undefined;
  /** Whether the database itself keeps people’s rows apart; undefined where the store is no server's. */
  rowSecurity?: RowSecurity;
};

/** The store of this process, its presence there and the originals: in the data directory, or in PostgreSQL where its address is set. */
export async function composeStore(
  {
    dataDir,
    databaseUrl,
    requireRowSecurity,
    test,
  }: Pick<Config, 'dataDir' | 'databaseUrl' | 'requireRowSecurity' | 'test'>,
  clock: Clock,
  log: Log,
): Promise<ComposedStore> {
  const instanceId = newId<InstanceId>();
  const filesDir = join(dataDir, 'files');
  const { silentBell, killAt } = test;
  const atPoint = killAt === undefined ? undefined : watchForKillPoint(killAt, () => test.kill());
  if (databaseUrl !== undefined) {
    const onVectorFailure = (error: unknown) => log.warn('vector_index_failed', { reason: String(error) });
    const opened = await openPostgresStore({
      url: databaseUrl,
      clock,
      instanceId,
      silentBell,
      requireRowSecurity,
      onVectorFailure,
      ...(atPoint && { atPoint }),
    });
    const { presence, rowSecurity } = opened;
    // What passes through this machine alone.
    const files = openPostgresFiles({ url: databaseUrl, rowSecurity, presence, partsFolder: filesDir });
    return { ...opened, bootId: databaseBoot, files, onDisk: undefined };
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
  const presence = openSqlitePresence(instance);
  const files = openFolderFiles(filesDir, { clock, presence });
  return { store, presence, clock, bootId: readBootId(clock.nowMs()), files, onDisk: { databasePath, filesDir } };
}
