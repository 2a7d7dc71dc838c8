import type { AuditAction, AuditObjectKind } from '../../contract/audit.ts';
import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';

export type AuditRow = {
  position: number;
  at: string;
  actor_user_id: string | null;
  action: string;
  object_kind: string;
  object_id: string;
  facts: string;
  personal: string | null;
  chain_no: number | null;
  chain_hash: string | null;
};

export type AuditFilter = {
  /** Null for the server itself. */
  actorUserId?: string | null;
  action?: AuditAction;
  objectKind?: AuditObjectKind;
  objectId?: string;
  /** Recorded at this time or later. */
  from?: string;
  /** Recorded before this time. */
  until?: string;
};

/** Records that fit every given filter, newest first, keyset-paged by time and position. Indexes: audit_log_at, or that of one filter. */
export const auditRecords = query(function* (
  db: Db,
  args: AuditFilter & { before?: { at: string; position: number }; limit: number },
): Script<AuditRow[]> {
  const { actorUserId, action, objectKind, objectId, from, until, before } = args;
  let list = db
    .selectFrom('audit_log')
    .select([
      'position',
      'at',
      'actor_user_id',
      'action',
      'object_kind',
      'object_id',
      'facts',
      'personal',
      'chain_no',
      'chain_hash',
    ])
    .orderBy('at', 'desc')
    .orderBy('position', 'desc')
    .limit(args.limit);
  if (actorUserId !== undefined) {
    list =
      actorUserId === null ? list.where('actor_user_id', 'is', null) : list.where('actor_user_id', '=', actorUserId);
  }
  if (action !== undefined) list = list.where('action', '=', action);
  if (objectKind !== undefined) list = list.where('object_kind', '=', objectKind);
  if (objectId !== undefined) list = list.where('object_id', '=', objectId);
  if (from !== undefined) list = list.where('at', '>=', from);
  if (until !== undefined) list = list.where('at', '<', until);
  if (before) {
    list = list
      .where('at', '<=', before.at)
      .where((eb) => eb.or([eb('at', '<', before.at), eb('position', '<', before.position)]));
  }
  return yield* all(list);
});

export type NamedObject = { kind: string; id: string };

/** What objects are called at this moment, by `kind id`; what is gone for good or has no name is left out. */
export const namesOfObjects = query(function* (
  db: Db,
  args: { objects: readonly NamedObject[] },
): Script<Record<string, string>> {
  const idsOf = (kind: string) => [...new Set(args.objects.filter((each) => each.kind === kind).map(({ id }) => id))];
  const found: Record<string, string> = Object.create(null);
  const [users, groups, corpora, agents] = [idsOf('user'), idsOf('group'), idsOf('corpus'), idsOf('agent')];
  if (users.length > 0) {
    const rows = yield* all(db.selectFrom('users').select(['id', 'username', 'erase_at']).where('id', 'in', users));
    for (const { id, username, erase_at } of rows) {
      found[`user ${id}`] = erase_at === null ? username : `${id.slice(0, 8)} (erased)`;
    }
  }
  if (groups.length > 0) {
    const rows = yield* all(db.selectFrom('groups').select(['id', 'name']).where('id', 'in', groups));
    for (const { id, name } of rows) found[`group ${id}`] = name;
  }
  if (corpora.length > 0) {
    const rows = yield* all(db.selectFrom('corpora').select(['id', 'name']).where('id', 'in', corpora));
    for (const { id, name } of rows) found[`corpus ${id}`] = name;
  }
  if (agents.length > 0) {
    const rows = yield* all(db.selectFrom('agents').select(['id', 'name']).where('id', 'in', agents));
    for (const { id, name } of rows) found[`agent ${id}`] = name;
  }
  const endpoints = idsOf('model_endpoint');
  if (endpoints.length > 0) {
    const rows = yield* all(
      db.selectFrom('model_endpoints').select(['endpoint_id', 'name']).where('endpoint_id', 'in', endpoints),
    );
    for (const { endpoint_id, name } of rows) found[`model_endpoint ${endpoint_id}`] = name;
  }
  return { ...found };
});

export type SessionReadRow = { at: string; username: string | null; personal: string | null };

/** Every reading of a session by somebody who is no member, newest first. Index: audit_log_object. */
export const sessionReads = query(function* (
  db: Db,
  args: { sessionId: string; limit: number },
): Script<SessionReadRow[]> {
  return yield* all(
    db
      .selectFrom('audit_log as r')
      .leftJoin('users as u', 'u.id', 'r.actor_user_id')
      .select(['r.at', 'u.username', 'r.personal'])
      .where('r.object_id', '=', args.sessionId)
      .where('r.action', '=', 'session.read')
      .orderBy('r.at', 'desc')
      .orderBy('r.position', 'desc')
      .limit(args.limit),
  );
});
