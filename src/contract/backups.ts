import { z } from 'zod';
import { time } from './common.ts';

/** What is known of the backups of this store, as the commands `backup` and `restore --verify` noted it in it. */
export const backupState = z.strictObject({
  /** The newest backup that was checked as a whole and has not been found damaged since. */
  verified: z
    .strictObject({
      /** The moment of the store that it holds. */
      made_at: time,
      checked_at: time,
      originals: z.number().int(),
      bytes: z.number().int(),
    })
    .nullable(),
  /** The newest check that failed, while no backup has been verified after it. */
  failed: z
    .strictObject({
      checked_at: time,
      /** Whether it was a backup that had been verified before. */
      was_verified: z.boolean(),
    })
    .nullable(),
});
export type BackupState = z.infer<typeof backupState>;
