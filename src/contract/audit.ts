import { z } from 'zod';
import type { Role } from './auth.ts';
import { pageQuery, time } from './common.ts';

/** What somebody acts through, a login or an API key, and the role they had when they were let in: all of what `authorize` decided on that
 *  can be taken away. */
export type Through = ({ loginId: string } | { apiKeyId: string }) & { role: Role };

/** Who makes a change: a user, and through what they ask for it where they do; no user where the server itself makes it. */
export type By = { userId: string | null; through?: Through };

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
  'user.password_changed',
  'login.revoked',
  'api_key.created',
  'api_key.revoked',
  'user.reset_offered',
  'user.reset_asked_for',
  'user.reset_not_mailed',
  'user.password_reset',
  'second_factor.turned_on',
  'second_factor.turned_off',
  'second_factor.codes_renewed',
  'second_factor.removed',
  'second_factor.required',
  'oidc.linked',
  'oidc.unlinked',
  'invitation.created',
  'invitation.renewed',
  'invitation.withdrawn',
  'invitation.accepted',
  'user.erasure_began',
  'user.erased',
  'group.created',
  'group.renamed',
  'group.deleted',
  'group.member_added',
  'group.member_removed',
  'grant.put',
  'grant.removed',
  'budget.put',
  'budget.removed',
  'agent.created',
  'agent.changed',
  'agent.corpora_set',
  'agent.restored',
  'agent.switched_on',
  'agent.switched_off',
  'agent.deleted',
  'agent.tested',
  'agent.defaults_set',
  'corpus.created',
  'corpus.changed',
  'corpus.given',
  'corpus.deleted',
  'corpus.restored',
  'corpus.purged',
  'document.added',
  'document.retried',
  'document.reprocessed',
  'document.tagged',
  'document.replaced',
  'document.fetched_again',
  'document.cancelled',
  'document.deleted',
  'document.restored',
  'document.purged',
  'evaluation.questions_kept',
  'evaluation.question_removed',
  'evaluation.measured',
  'session.read',
  'session.shared',
  'session.unshared',
  'session.stopped',
  'session.invalidated',
  'session.imported',
  'session.exported',
  'session_list.exported',
  'usage.exported',
  'prices.put',
  'model_endpoint.added',
  'model_endpoint.changed',
  'model_endpoint.removed',
  'model.default_set',
  'hold.placed',
  'hold.released',
  'retention.put',
  'retention.swept',
  'session.expired',
  'announcement.put',
  'announcement.removed',
  'branding.put',
  'logo.put',
  'logo.removed',
  'setting.changed',
  'audit.exported',
  'account.exported',
]);
export type AuditAction = z.infer<typeof auditAction>;

/** What a recorded action is done to. */
export const auditObjectKind = z.enum([
  'user',
  'api_key',
  'invitation',
  'group',
  'budget',
  'agent',
  'corpus',
  'document',
  'session',
  'session_list',
  'usage',
  'model_endpoint',
  'setting',
  'audit',
]);
export type AuditObjectKind = z.infer<typeof auditObjectKind>;

/** One anchor: how far the chain had come at a time. A line of the log stream, and of `audit-anchors.jsonl` in the data directory. */
export const auditAnchor = z.strictObject({ count: z.int().min(1), head: z.string().length(64), at: z.iso.datetime() });
export type AuditAnchor = z.infer<typeof auditAnchor>;

const fact = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
export const auditFacts = z.record(z.string(), fact);

/** Something a record is about, with what it is called at this moment; null once nothing has that id. */
const namedObject = z.strictObject({ kind: z.string(), id: z.string(), name: z.string().nullable() });
export type AuditedObject = z.infer<typeof namedObject>;

export const auditRecord = z.strictObject({
  id: z.int(),
  at: time,
  /** Null for the server itself. */
  actor: z.strictObject({ id: z.string(), name: z.string().nullable() }).nullable(),
  /** One of the actions above, but in a record that this version did not write. */
  action: z.string(),
  object: namedObject,
  /** The second thing a record is about: the member, what was granted, the corpus of a document. */
  related: namedObject.nullable(),
  facts: auditFacts,
  /** Null where there is none, and once it is erased. */
  personal: auditFacts.nullable(),
  /** The record's number in the chain; null for the moment until it is sealed. */
  chain_no: z.int().nullable(),
});
export type AuditRecord = z.infer<typeof auditRecord>;

export const auditList = z.strictObject({ records: z.array(auditRecord), next_cursor: z.string().nullable() });
export type AuditList = z.infer<typeof auditList>;

const filters = {
  /** A user's id, or `server`. */
  actor: z.string().min(1).max(100).optional(),
  action: auditAction.optional(),
  object_kind: auditObjectKind.optional(),
  object_id: z.string().min(1).max(200).optional(),
  /** Recorded at this time or later. */
  from: time.optional(),
  /** Recorded before this time. */
  until: time.optional(),
};
export const auditFilters = z.strictObject(filters);
export type AuditFilters = z.infer<typeof auditFilters>;
export const auditQuery = z.strictObject({ ...pageQuery, ...filters });
export const auditExportQuery = z.strictObject({ ...filters, format: z.enum(['jsonl', 'csv']).optional() });

/** How far the chain has come, and how much of that stands outside of the database. */
export const auditChainState = z.strictObject({
  sealed: z.int(),
  head: z.string().nullable(),
  /** When the oldest record was made that is not sealed yet; null when all are. */
  unsealed_since: time.nullable(),
  last_anchor: auditAnchor.nullable(),
});
export type AuditChainState = z.infer<typeof auditChainState>;
