import { z } from 'zod';
import { newPassword } from './auth.ts';
import { time, visibleName } from './common.ts';

export const changePasswordBody = z.strictObject({
  current_password: z.string().min(1).max(1024),
  new_password: newPassword,
  /** Whether one's API keys end too. They go on when it is left out: a key is not the password. */
  revoke_api_keys: z.boolean().optional(),
});

/** What a key may be good for, within what its user may do. `write` includes `read`. An answer that a key asks for reads the corpora
 *  that its user may read. */
export const apiScope = z.enum([
  'sessions:read',
  'sessions:write',
  'knowledge:read',
  'knowledge:write',
  'admin:read',
  'admin:write',
]);
export type ApiScope = z.infer<typeof apiScope>;

export const createKeyBody = z.strictObject({
  name: visibleName,
  scopes: z
    .array(apiScope)
    .min(1, 'Choose at least one scope.')
    .refine((scopes) => new Set(scopes).size === scopes.length, 'Name each scope once.')
    .meta({ uniqueItems: true }),
  /** 90 when it is left out. */
  expires_in_days: z.number().int().min(1).max(365).optional(),
});

export const accountKey = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** How the key begins, to know it again. */
  hint: z.string(),
  scopes: z.array(apiScope),
  created_at: time,
  expires_at: time,
  /** To the minute. */
  last_used_at: time.nullable(),
  is_expired: z.boolean(),
});
export type AccountKey = z.infer<typeof accountKey>;
/** The one answer that holds the key. */
export const createdKey = z.strictObject({ ...accountKey.shape, key: z.string() });
export type CreatedKey = z.infer<typeof createdKey>;
export const userKeys = z.strictObject({ keys: z.array(accountKey) });
export const accountKeys = z.strictObject({ ...userKeys.shape, scopes: z.array(apiScope) });

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
