import type { BackupState } from '../../src/contract/backups.ts';
import { t } from '../i18n/translate.ts';

/** What an administrator should know of the backups at a glance, and whether somebody should act. */
export type BackupVerdict = { words: string; isFine: boolean };

/** A backup that is older loses more than most teams can type again. */
const oldMs = 48 * 60 * 60 * 1000;

export function backupVerdict({ verified, failed }: BackupState, nowMs: number): BackupVerdict {
  if (verified === null && failed === null) {
    return { words: t('Never: no backup of this server has been verified.'), isFine: false };
  }
  if (verified === null) {
    return failed?.was_verified
      ? { words: t('None: the backup that was verified last has been found damaged since.'), isFine: false }
      : { words: t('None: the last try to make one failed.'), isFine: false };
  }
  if (failed) return { words: t('There is one, but a later check failed.'), isFine: false };
  if (nowMs - Date.parse(verified.made_at) > oldMs)
    return { words: t('There is one, and it is more than two days old.'), isFine: false };
  return { words: t('There is one, and it is whole.'), isFine: true };
}
