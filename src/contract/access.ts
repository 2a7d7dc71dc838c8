import { z } from 'zod';
import { role } from './auth.ts';
import { time, visibleName } from './common.ts';

/** The built-in group every user belongs to; the same id in every installation. */
export const everyoneGroupId = '00000000-0000-4000-8000-000000000001';

export const groupBody = z.strictObject({ name: visibleName });

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

/** What can be granted. */
export const grantKind = z.enum(['agent', 'corpus']);
export type GrantKind = z.infer<typeof grantKind>;
export const grantLevel = z.enum(['use', 'read', 'curate']);
export type GrantLevel = z.infer<typeof grantLevel>;
/** Each kind with the levels it is granted at. */
export const grantable = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('agent'), level: z.literal('use') }),
  z.strictObject({ kind: z.literal('corpus'), level: z.enum(['read', 'curate']) }),
]);
export type Grantable = z.infer<typeof grantable>;
export const grantBody = z.strictObject({ level: grantLevel });

export const groupGrant = z.strictObject({
  kind: grantKind,
  object_id: z.string(),
  name: z.string(),
  level: grantLevel,
  granted_at: time,
});
export type GroupGrant = z.infer<typeof groupGrant>;
export const groupDetail = z.strictObject({ ...group.shape, grants: z.array(groupGrant) });
export type GroupDetail = z.infer<typeof groupDetail>;

export const groupMember = z.strictObject({
  user_id: z.string(),
  username: z.string(),
  display_name: z.string(),
  role,
  is_active: z.boolean(),
  added_at: time,
  /** Whether the single sign-on gave it: its next sign-in gives it again, or takes it away. */
  by_oidc: z.boolean(),
});
export type GroupMember = z.infer<typeof groupMember>;
export const groupMemberList = z.strictObject({ members: z.array(groupMember), next_cursor: z.string().nullable() });

/** Why somebody may use something, with the level that this reason alone gives. */
export const accessReason = z.discriminatedUnion('because', [
  z.strictObject({ because: z.literal('administrator'), level: grantLevel }),
  z.strictObject({ because: z.literal('owner'), level: grantLevel }),
  z.strictObject({ because: z.literal('group'), level: grantLevel, group_id: z.string(), group_name: z.string() }),
]);
export type AccessReason = z.infer<typeof accessReason>;
/** The highest level of all reasons, and these. */
const explained = { level: grantLevel, reasons: z.array(accessReason).min(1) };

export const objectAccess = z.strictObject({
  kind: grantKind,
  object_id: z.string(),
  name: z.string(),
  /** While false nobody may use it, whatever is granted. */
  is_active: z.boolean(),
  groups: z.array(
    z.strictObject({
      group_id: z.string(),
      name: z.string(),
      level: grantLevel,
      member_count: z.number().int().min(0),
    }),
  ),
  users: z.array(
    z.strictObject({ user_id: z.string(), username: z.string(), display_name: z.string(), role, ...explained }),
  ),
  next_cursor: z.string().nullable(),
});
export type ObjectAccess = z.infer<typeof objectAccess>;

export const userAccess = z.strictObject({
  user_id: z.string(),
  username: z.string(),
  role,
  is_active: z.boolean(),
  groups: z.array(z.strictObject({ group_id: z.string(), name: z.string() })),
  objects: z.array(z.strictObject({ kind: grantKind, object_id: z.string(), name: z.string(), ...explained })),
});
export type UserAccess = z.infer<typeof userAccess>;

/** Everything that can be granted, agents first, with every grant of it. */
export const grantMatrix = z.strictObject({
  objects: z.array(
    z.strictObject({
      kind: grantKind,
      object_id: z.string(),
      name: z.string(),
      is_active: z.boolean(),
      grants: z.array(z.strictObject({ group_id: z.string(), level: grantLevel })),
    }),
  ),
});
export type GrantMatrix = z.infer<typeof grantMatrix>;
