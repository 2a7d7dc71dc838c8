import { z } from 'zod';

/** What erasing an account takes. Corpora are the team's: kept without their owner's name, unless they are told to go too. */
export const erasureScope = z.strictObject({
  sessions: z.number().int().nonnegative(),
  /** Owned by the account, and the documents in them. */
  corpora: z.number().int().nonnegative(),
  documents: z.number().int().nonnegative(),
});
export type ErasureScope = z.infer<typeof erasureScope>;

const corpora = z.enum(['keep', 'erase']).optional();
export const eraseAccountBody = z.strictObject({ password: z.string().min(1).max(1024), corpora });
export const eraseUserBody = z.strictObject({ corpora });
