import { z } from 'zod';
import { role } from './auth.ts';
import { time } from './common.ts';

/** 1 to 100 characters with something to see among them, and nothing that breaks a line or turns its direction. */
export const groupName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]*$/u, 'Use no control characters.')
  .regex(/[\p{L}\p{N}\p{P}\p{S}]/u, 'Use at least one letter, digit or sign.');
export const groupBody = z.strictObject({ name: groupName });

export const group = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** `Everyone` comes with the product: it keeps its name and its members. */
  is_builtin: z.boolean(),
  member_count: z.number().int().min(0),
  grant_count: z.number().int().min(0),
  created_at: time,
});
export type Group = z.infer<typeof group>;
export const groupList = z.strictObject({ groups: z.array(group), next_cursor: z.string().nullable() });

export const groupMember = z.strictObject({
  user_id: z.string(),
  username: z.string(),
  display_name: z.string(),
  role,
  is_active: z.boolean(),
  added_at: time,
});
export type GroupMember = z.infer<typeof groupMember>;
export const groupMemberList = z.strictObject({ members: z.array(groupMember), next_cursor: z.string().nullable() });
