import { join } from 'node:path';
import { type BackupCheck, noteBackup } from './commands/note-backup.ts';
import type { StorePlace } from './moving/file-places.ts';
import { runOnce as runInDatabase } from './postgres/run-once.ts';
import { runOnce as runInFile } from './sqlite/run-once.ts';

/** Notes what a check of a backup found in the store of a place, for the servers there to see.
 *  @throws Error when there is no store, or it cannot be written */
export async function noteBackupAt(place: StorePlace, check: BackupCheck & { onlyIfNoted: boolean }): Promise<boolean> {
  if ('url' in place) return runInDatabase(place.url, noteBackup, check);
  return runInFile(join(place.dataDir, 'perdure.db'), noteBackup, check);
}
