import { z } from 'zod';
import { time } from './common.ts';
import { email } from './mail.ts';

export const role = z.enum(['member', 'curator', 'administrator']);
export type Role = z.infer<typeof role>;

export const username = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]*$/, 'Use letters, digits and . _ @ -; begin with a letter or a digit.');
/** New passwords: 12 to 256 characters of any script. */
export const newPassword = z.string().min(12, 'Use at least 12 characters.').max(256);

export const loginBody = z.strictObject({
  username: z.string().min(1).max(200),
  password: z.string().min(1).max(1024),
});

export const me = z.strictObject({
  id: z.string(),
  username: z.string(),
  display_name: z.string(),
  role,
  /** Where links are mailed to; absent while there is none. */
  email: z.string().optional(),
  /** There while the login may do nothing else: the user must have a second factor and has none. */
  must_turn_on_second_factor: z.literal(true).optional(),
});
export type Me = z.infer<typeof me>;

export const loginAnswer = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('bearer'),
  expires_at: time,
  user: me,
});
export type LoginAnswer = z.infer<typeof loginAnswer>;

export const adminUser = z.strictObject({
  id: z.string(),
  username: z.string(),
  display_name: z.string(),
  role,
  email: z.string().nullable(),
  has_second_factor: z.boolean(),
  is_active: z.boolean(),
  created_at: time,
  last_login_at: time.nullable(),
});
export type AdminUser = z.infer<typeof adminUser>;

export const createUserBody = z.strictObject({
  username,
  password: newPassword,
  display_name: z.string().trim().min(1).max(120).optional(),
  email: email.optional(),
  role: role.optional(),
});
export const patchUserBody = z.strictObject({
  display_name: z.string().trim().min(1).max(120).optional(),
  /** Null takes it away. */
  email: email.nullable().optional(),
  role: role.optional(),
  password: newPassword.optional(),
  is_active: z.boolean().optional(),
});
export const userList = z.strictObject({ users: z.array(adminUser), next_cursor: z.string().nullable() });
