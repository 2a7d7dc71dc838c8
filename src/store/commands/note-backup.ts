import { command } from '../command.ts';
import { decodeJson } from '../json.ts';
import { type Db, first, type Script } from '../script.ts';
import { storeSetting } from './settings.ts';

/** Which backup: by the hash of its database, and by its folder on the machine where the command ran. */
export type BackupIdentity = { sha256?: string; folder: string };

export type NotedBackup = BackupIdentity & { madeAt: string; checkedAt: string; originals: number; bytes: number };

/** The setting that holds it. */
export type NotedBackups = {
  verified?: NotedBackup;
  failed?: { checkedAt: string; wasVerified: boolean };
};

export const backupsKey = 'backup.checks';

/** What a check of a backup found: that it is whole, or not. */
export type BackupCheck = { at: string; backup: BackupIdentity } & (
  | { outcome: 'whole'; madeAt: string; originals: number; bytes: number }
  | { outcome: 'damaged' }
);

/** Notes what a check of a backup found; the command line runs it, beside the servers. One that was verified and is damaged now counts no longer; an older one that is verified again does not
 *  take the place of a newer.
 *  @param onlyIfNoted  whether the check is of no concern to a store that does not know the backup
 *  @returns whether it was noted */
export const noteBackup = command(
  [],
  function* (db: Db, { onlyIfNoted, ...check }: BackupCheck & { onlyIfNoted: boolean }): Script<boolean> {
    const row = yield* first(db.selectFrom('settings').select('value').where('key', '=', backupsKey));
    const noted: NotedBackups = row ? decodeJson(row.value) : {};
    const isNoted = isSame(noted.verified, check.backup);
    if (onlyIfNoted && !isNoted) return false;
    yield* storeSetting(db, { key: backupsKey, value: next(noted, check, isNoted), at: check.at });
    return true;
  },
);

function isSame(noted: BackupIdentity | undefined, other: BackupIdentity): boolean {
  if (!noted) return false;
  return noted.folder === other.folder || (other.sha256 !== undefined && noted.sha256 === other.sha256);
}

function next(noted: NotedBackups, check: BackupCheck, isNoted: boolean): NotedBackups {
  if (check.outcome === 'damaged') {
    const failed = { checkedAt: check.at, wasVerified: isNoted };
    return { ...(noted.verified && !isNoted && { verified: noted.verified }), failed };
  }
  const { at: checkedAt, backup, madeAt, originals, bytes } = check;
  if (noted.verified && noted.verified.madeAt > madeAt) return noted;
  return { verified: { ...backup, madeAt, checkedAt, originals, bytes } };
}
