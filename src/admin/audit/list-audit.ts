import { type AuditedObject, type AuditFilters, type AuditRecord, auditFacts } from '../../contract/audit.ts';
import { formatKeyset, parseKeyset } from '../../contract/keyset.ts';
import { AppError } from '../../errors.ts';
import type { AuditFilter, AuditRow, NamedObject } from '../../store/queries/audit-records.ts';
import type { Store } from '../../store/store.ts';

type Ports = { store: Store };

const defaultLimit = 50;

/** Records that fit the filters, newest first, with the names of what they are about.
 *  @throws AppError bad_request for a cursor that no page gave */
export async function listAudit(
  { store }: Ports,
  {
    limit = defaultLimit,
    cursor,
    ...filters
  }: AuditFilters & { limit?: number | undefined; cursor?: string | undefined },
): Promise<{ records: AuditRecord[]; next_cursor: string | null }> {
  const place = cursor === undefined ? undefined : parseKeyset(cursor);
  if (cursor !== undefined && !place) {
    throw new AppError('bad_request', { detail: 'Query: cursor is not one this list gave.' });
  }
  const found = await store.scan.auditRecords({
    ...toFilter(filters),
    ...(place && { before: { at: String(place.value), position: Number(place.id) } }),
    limit: limit + 1,
  });
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  const about = rows.map((row) => ({ row, facts: readFacts(row.facts) }));
  const objects = about.flatMap(({ row, facts }) => [
    ...(row.actor_user_id === null ? [] : [{ kind: 'user', id: row.actor_user_id }]),
    { kind: row.object_kind, id: row.object_id },
    ...[relatedIn(facts)].filter((each) => each !== undefined),
  ]);
  const names = await store.scan.namesOfObjects({ objects });
  return {
    records: about.map(({ row, facts }) => toRecord(row, facts, names)),
    next_cursor: last ? formatKeyset({ value: last.at, id: String(last.position) }) : null,
  };
}

export function toFilter({ actor, action, object_kind, object_id, from, until }: AuditFilters): AuditFilter {
  return {
    ...(actor !== undefined && { actorUserId: actor === 'server' ? null : actor }),
    ...(action !== undefined && { action }),
    ...(object_kind !== undefined && { objectKind: object_kind }),
    ...(object_id !== undefined && { objectId: object_id }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  };
}

type Facts = AuditRecord['facts'];

function toRecord(row: AuditRow, facts: Facts, names: Readonly<Record<string, string>>): AuditRecord {
  const { personal_hash: _, ...shown } = facts;
  const named = ({ kind, id }: NamedObject): AuditedObject => ({
    kind,
    id,
    name: names[`${kind} ${id}`] ?? null,
  });
  const related = relatedIn(facts);
  const actor = row.actor_user_id;
  return {
    id: row.position,
    at: row.at,
    actor: actor === null ? null : { id: actor, name: names[`user ${actor}`] ?? null },
    action: row.action,
    object: named({ kind: row.object_kind, id: row.object_id }),
    related: related ? named(related) : null,
    facts: shown,
    personal: row.personal === null ? null : readFacts(row.personal),
    chain_no: row.chain_no,
  };
}

/** Nothing where somebody changed the record by hand: the log stays readable, and verify names the record. */
function readFacts(text: string): Facts {
  try {
    return auditFacts.parse(JSON.parse(text));
  } catch {
    return {};
  }
}

function relatedIn({ user_id, corpus_id, object_kind, object_id }: Facts): NamedObject | undefined {
  if (typeof user_id === 'string') return { kind: 'user', id: user_id };
  if (typeof corpus_id === 'string') return { kind: 'corpus', id: corpus_id };
  if (typeof object_kind === 'string' && typeof object_id === 'string') return { kind: object_kind, id: object_id };
  return undefined;
}
