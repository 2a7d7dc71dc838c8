import type { Clock } from '../clock.ts';
import type {
  AdminSessionRow,
  AdminSessionSort,
  AdminSessionStatus,
  AdminSessionsQuery,
  AdminSessionsSnapshot,
} from '../contract/admin.ts';
import type { TurnState } from '../contract/events.ts';
import { formatKeyset, type Keyset, parseKeyset } from '../contract/keyset.ts';
import { AppError } from '../errors.ts';
import { isBeginningOfId } from '../retrieval/beginning-of-id.ts';
import { folded } from '../retrieval/packed-texts.ts';
import type { AdminFilter, Keyset as StoreKeyset } from '../store/queries/session-lists.ts';
import type { SessionRecord } from '../store/queries/session-rows.ts';
import type { Store } from '../store/store.ts';

const defaultLimit = 100;
/** Totals of filtered lists are exact to here. */
const countedTo = 10_000;
/** Of these the total is known. */
const countedExactly: ReadonlySet<AdminSessionStatus> = new Set(['active', 'inactive', 'deleted', 'all']);

/** One page of every session there is, with its total, all as of one moment.
 *  @throws AppError store_unavailable when the store cannot be read, never an empty list; bad_request */
export async function listAllSessions(
  { store, clock }: { store: Store; clock: Clock },
  query: AdminSessionsQuery,
): Promise<AdminSessionsSnapshot> {
  const limit = query.limit ?? defaultLimit;
  const sort = query.sort ?? 'last_activity';
  const filter = filterOf(query);
  const place = placeAsked(query);
  const as_of = clock.now();
  const isFiltered =
    filter.q !== undefined ||
    filter.username !== undefined ||
    filter.agentId !== undefined ||
    !countedExactly.has(filter.status);
  const { q, ...stretch } = filter;
  const asked = {
    ...stretch,
    sort,
    limit: limit + 1,
    ...(place && { after: { value: place.value, sessionId: place.id } }),
  };
  const { records, count: counted } = await (q === undefined
    ? readList(store, asked)
    : store.scan.sessionsByText({ ...asked, q, upTo: countedTo + 1 }));
  const page = records.slice(0, limit);
  const last = page.at(-1);
  const exceeded = isFiltered && counted > countedTo;
  return {
    as_of,
    sessions: page.map(toAdminRow),
    total: exceeded ? countedTo : counted,
    total_exceeded: exceeded,
    next_cursor: records.length > limit && last ? cursorOf(placeOf(last, sort)) : null,
  };
}

async function readList(
  { scan }: Store,
  asked: Parameters<Store['scan']['adminSessions']>[0],
): Promise<{ records: SessionRecord[]; count: number }> {
  const [records, count] = await Promise.all([
    scan.adminSessions(asked),
    scan.countAdminSessions({ ...asked, upTo: countedTo + 1 }),
  ]);
  return { records, count };
}

/** Where the asked page begins; undefined for the first.
 *  @throws AppError bad_request for a cursor that no list in this order ever sent */
export function placeAsked({ cursor, sort }: AdminSessionsQuery): Keyset | undefined {
  if (cursor === undefined) return undefined;
  const place = parseKeyset(cursor);
  const isNumber = sort === 'chat_messages';
  if (!place || (typeof place.value === 'number') !== isNumber) {
    throw new AppError('bad_request', { detail: 'Query: cursor is not valid.' });
  }
  return place;
}

export type ListFilter = AdminFilter & { q?: string };

export function filterOf(query: Pick<AdminSessionsQuery, 'status' | 'q' | 'username' | 'agent_id'>): ListFilter {
  return {
    status: query.status ?? 'active',
    ...(query.q !== undefined && query.q.trim() !== '' && { q: query.q.trim() }),
    ...(query.username !== undefined && query.username !== '' && { username: query.username }),
    ...(query.agent_id !== undefined && query.agent_id !== '' && { agentId: query.agent_id }),
  };
}

/** Whether a session is in the list that a filter asks for. Pure; the same rule as the store's query. */
export function matches(record: SessionRecord, filter: ListFilter): boolean {
  if (!hasStatus(record, filter.status)) return false;
  const username = record.username ?? '';
  if (filter.username !== undefined && username.toLowerCase() !== filter.username.toLowerCase()) return false;
  if (filter.agentId !== undefined && record.active_agent_id !== filter.agentId) return false;
  if (filter.q === undefined) return true;
  const q = folded(filter.q);
  return (
    [record.title, username].some((text) => folded(text).includes(q)) ||
    (isBeginningOfId(q) && record.session_id.startsWith(q))
  );
}

function hasStatus(record: SessionRecord, status: AdminSessionStatus): boolean {
  if (status === 'all') return true;
  if (status === 'deleted' || record.deleted_at !== null) return status === 'deleted' && record.deleted_at !== null;
  const newest = record.newest_state ?? '';
  switch (status) {
    case 'active':
      return record.is_active === 1;
    case 'inactive':
      return record.is_active === 0;
    case 'archived':
      return record.archived === 1;
    case 'running':
      return record.under_way === 'running';
    case 'waiting':
      return record.under_way !== 'running' && ['queued', 'waiting_approval'].includes(newest);
    case 'failed':
      return ['failed', 'interrupted'].includes(newest);
  }
}

export function toAdminRow(record: SessionRecord): AdminSessionRow {
  return {
    session_id: record.session_id,
    username: record.username ?? '',
    created_at: record.created_at,
    last_activity: record.last_activity,
    chat_messages: record.message_count,
    user_queries: record.user_query_count,
    agent_id: record.active_agent_id,
    agent_name: record.agent_name ?? record.active_agent_id,
    title: record.title,
    is_active: record.is_active === 1,
    running: record.running === 1,
    newest_turn: record.newest_state as TurnState | null,
    imported_at: record.imported_at,
    ...(record.temporary_until !== null && { temporary_until: record.temporary_until }),
    rev: record.rev,
  };
}

const cursorOf = ({ value, sessionId }: StoreKeyset): string => formatKeyset({ value, id: sessionId });

/** Where a session stands in the list's order. */
export function placeOf(record: SessionRecord, sort: AdminSessionSort): StoreKeyset {
  const values = {
    last_activity: record.last_activity,
    created_at: record.created_at,
    chat_messages: record.message_count,
  };
  return { value: values[sort], sessionId: record.session_id };
}
