import { z } from 'zod';

/** What the audit log records: every change of who may do what, of what the team knows, and every reading of what is somebody's own. */
export const auditAction = z.enum([
  'user.created',
  'user.changed',
  'user.deleted',
  'group.created',
  'group.renamed',
  'group.deleted',
  'group.member_added',
  'group.member_removed',
  'grant.put',
  'grant.removed',
]);
export type AuditAction = z.infer<typeof auditAction>;

/** What a recorded action is done to. */
export const auditObjectKind = z.enum(['user', 'group']);
export type AuditObjectKind = z.infer<typeof auditObjectKind>;
