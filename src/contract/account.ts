import { z } from 'zod';
import { newPassword } from './auth.ts';
import { time } from './common.ts';

export const changePasswordBody = z.strictObject({
  current_password: z.string().min(1).max(1024),
  new_password: newPassword,
});

/** One place where somebody is signed in. */
export const accountLogin = z.strictObject({
  id: z.string(),
  /** In words, from what the program said of itself: `Firefox on Linux`. */
  device: z.string(),
  /** Where the sign-in came from; empty when it is not known. */
  address: z.string(),
  created_at: time,
  /** To the minute. */
  last_used_at: time,
  expires_at: time,
  /** The login that this very request came with. */
  is_current: z.boolean(),
});
export type AccountLogin = z.infer<typeof accountLogin>;
export const accountLogins = z.strictObject({ logins: z.array(accountLogin) });

/** How many logins ended. */
export const revokedLogins = z.strictObject({ revoked: z.number().int().min(0) });
