import { z } from 'zod';

/** Who makes a change: a user, by an API key where one is named; no user where the server itself does. */
export type By = { userId: string | null; apiKeyId?: string };

/** The server itself: at its start, and in what it does in the background. */
export const byServer: By = { userId: null };

/** What the audit log records: every change of who may do what, of what the team knows, and every reading of what is somebody's own. */
export const auditAction = z.enum([
  'user.created',
  'user.changed',
  'user.deleted',
  'user.signed_in',
  'user.signed_out',
  'user.sign_in_refused',
  'group.created',
  'group.renamed',
  'group.deleted',
  'group.member_added',
  'group.member_removed',
  'grant.put',
  'grant.removed',
  'agent.created',
  'agent.changed',
  'corpus.created',
  'corpus.changed',
  'corpus.deleted',
  'document.added',
  'document.retried',
  'document.deleted',
  'session.stopped',
  'session.invalidated',
  'setting.changed',
]);
export type AuditAction = z.infer<typeof auditAction>;

/** What a recorded action is done to. */
export const auditObjectKind = z.enum(['user', 'group', 'agent', 'corpus', 'document', 'session', 'setting']);
export type AuditObjectKind = z.infer<typeof auditObjectKind>;
