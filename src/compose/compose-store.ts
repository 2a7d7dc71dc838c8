import { join } from 'node:path';
import { readBootId } from '../boot-id.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { type InstanceId, newId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { FileStore } from '../store/file-store.ts';
import { openFolderFiles } from '../store/files/folder-files.ts';
import { watchForKillPoint } from '../store/kill-point.ts';
import { openS3Files } from '../store/s3/s3-files.ts';
import { tryOutS3 } from '../store/s3/try-out.ts';
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
  /** Whether the service that the originals are in answers; undefined where they are in no service of their own. */
  filesReachable?: () => Promise<boolean>;
  /** The file everything is in, and the folder of the originals; undefined where both are in a database elsewhere. */
  onDisk: { databasePath: string; filesDir: string } | undefined;
  /** Whether the database itself keeps people’s rows apart; undefined where the store is no server's. */
  rowSecurity?: RowSecurity;
};

/** The store of this process, its presence there and the originals: in the data directory, or in PostgreSQL where its address is set; the
 *  originals in an S3-compatible store where that is named. */
export async function composeStore(
  {
    dataDir,
    databaseUrl,
    requireRowSecurity,
    filesAddress,
    test,
  }: Pick<Config, 'dataDir' | 'databaseUrl' | 'requireRowSecurity' | 'filesAddress' | 'test'>,
  clock: Clock,
  log: Log,
): Promise<ComposedStore> {
  const instanceId = newId<InstanceId>();
  const filesDir = join(dataDir, 'files');
  const { silentBell, killAt } = test;
  const atPoint = killAt === undefined ? undefined : watchForKillPoint(killAt, () => test.kill());
  if (filesAddress) await tryOutS3(filesAddress, clock);
  /** What passes through this machine alone is in its folder. */
  const openElsewhere = (ports: { clock: Clock; presence: Presence }) => {
    if (!filesAddress) return undefined;
    const files = openS3Files({ ...ports, address: filesAddress, partsFolder: filesDir });
    return { files, filesReachable: files.isReachable };
  };
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
    const elsewhere = openElsewhere(opened);
    const files =
      elsewhere?.files ?? openPostgresFiles({ url: databaseUrl, rowSecurity, presence, partsFolder: filesDir });
    return { ...opened, bootId: databaseBoot, ...elsewhere, files, onDisk: undefined };
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
  const elsewhere = openElsewhere({ clock, presence });
  const files = elsewhere?.files ?? openFolderFiles(filesDir, { clock, presence });
  const bootId = readBootId(clock.nowMs());
  return { store, presence, clock, bootId, ...elsewhere, files, onDisk: { databasePath, filesDir } };
}
