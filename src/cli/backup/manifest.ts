import { z } from 'zod';
import { time } from '../../contract/common.ts';

/** `backup.json`: what a backup holds. It is written last, so a folder without it is not a whole backup. */
export const manifest = z.strictObject({
  format: z.literal(1),
  /** The moment the database was copied at; nothing committed after it is in the backup. */
  made_at: time,
  database: z.strictObject({ bytes: z.number().int(), sha256: z.string() }),
  /** The originals, each under its name in `files/`. */
  files: z.strictObject({ count: z.number().int(), bytes: z.number().int() }),
  /** What else of the data directory is in it: anchors of the audit log, the key of secrets, settings. */
  others: z.array(z.strictObject({ name: z.string(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof manifest>;

export const manifestName = 'backup.json';
export const databaseName = 'perdure.db';
export const filesName = 'files';
