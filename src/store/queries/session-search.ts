import { isBeginningOfId } from '../../retrieval/beginning-of-id.ts';
import { folded } from '../../retrieval/packed-texts.ts';
import type { AdminSessionSort } from '../../contract/admin.ts';
import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';
import { sessionStatus } from '../session-status.ts';
import { type ResidentSessions, residentSessions } from './resident-sessions.ts';
import {
  type AdminFilter,
  isStatus,
  type Keyset,
  type ListPart,
  type ListPlace,
  keysIn,
  sessionKeys,
  sessionsWith,
  stretchOf,
} from './session-lists.ts';
import { records, type SessionRecord } from './session-rows.ts';

export type SessionSearchArgs = AdminFilter & ListPlace & { q: string; upTo: number };

/** How many sessions are looked at in the order of the list before all that match are put in order. */
const lookedAt = 2_000;

/** The administrator's list of sessions whose title or owner's name has a text, or whose id begins with at least eight characters of it, and how
 *  many they are, counted to `upTo`; all from one moment. Few matches are put in order in memory. Of many, those of a page are most likely
 *  among the next in the order of the lists' indexes; where they are not, all are put in order after all. */
export const sessionsByText = query(function* (
  db: Db,
  { q, upTo, ...list }: SessionSearchArgs,
): Script<{ records: SessionRecord[]; count: number }> {
  const sessions = yield* residentSessions(db);
  const stretch = yield* stretchOf(db, list);
  const admits = stretch && (yield* admitting(db, sessions, stretch));
  if (!stretch || !admits) return { records: [], count: 0 };
  const wanted = { sessions, q, admits };
  const first: number[] = [];
  for (const n of matching(wanted)) {
    first.push(n);
    if (first.length >= upTo) break;
  }
  const count = first.length;
  if (count < upTo) return { records: yield* recordsOf(db, sessions, best(sessions, first, list)), count };
  const near = yield* nearMatches(db, wanted, { ...list, ...stretch });
  const page = near.length === list.limit ? near : best(sessions, matching(wanted), list);
  return { records: yield* recordsOf(db, sessions, page), count };
});

type Wanted = { sessions: ResidentSessions; q: string; admits(n: number): boolean };

/** Undefined where no session is of this owner or agent. */
function* admitting(
  db: Db,
  sessions: ResidentSessions,
  stretch: { parts: readonly ListPart[]; userId?: string; agentId?: string },
): Script<((n: number) => boolean) | undefined> {
  const { parts, userId, agentId } = stretch;
  const { user, agent } = sessions;
  const userNumber = userId === undefined ? -1 : sessions.userNumber(userId);
  const agentNumber = agentId === undefined ? -1 : sessions.agentNumber(agentId);
  if (userNumber === undefined || agentNumber === undefined) return undefined;
  const isInList = yield* inParts(db, sessions, parts);
  return (n) =>
    isInList(n) && (userNumber < 0 || user[n] === userNumber) && (agentNumber < 0 || agent[n] === agentNumber);
}

function* inParts(db: Db, sessions: ResidentSessions, parts: readonly ListPart[]): Script<(n: number) => boolean> {
  const { status, archived } = sessions;
  const ofStatus = new Uint8Array(3);
  for (const part of parts) if (isStatus(part)) ofStatus[sessionStatus[part]] = 1;
  const other = parts.find((part) => !isStatus(part));
  if (other === undefined) return (n) => ofStatus[status[n] ?? 0] === 1;
  if (other === 'archived') return (n) => archived[n] === 1 && status[n] !== sessionStatus.deleted;
  const found = new Set((yield* sessionsWith(db, other)).map((id) => sessions.sessionNumber(id)));
  return (n) => found.has(n);
}

/** Sessions that are admitted and match, each once. */
function* matching({ sessions, q, admits }: Wanted): Generator<number> {
  const { count, titles } = sessions;
  const matches = matcher(sessions, q);
  // Where most are refused, to look at what is left of them costs less than to find all titles.
  const some = someOf(count, admits, Math.floor(count / 5));
  if (some) {
    for (const n of some) if (matches.any(n)) yield n;
    return;
  }
  for (const n of titles.having(q)) if (admits(n)) yield n;
  if (!matches.hasOthers) return;
  for (let n = 0; n < count; n++) if (matches.other(n) && admits(n) && !matches.title(n)) yield n;
}

/** All that are admitted; undefined when they are more than so many. */
function someOf(count: number, admits: (n: number) => boolean, atMost: number): Uint32Array | undefined {
  const some = new Uint32Array(atMost);
  let length = 0;
  for (let n = 0; n < count; n++) {
    if (!admits(n)) continue;
    if (length === atMost) return undefined;
    some[length] = n;
    length += 1;
  }
  return some.subarray(0, length);
}

function matcher({ titles, user, usernames, ids }: ResidentSessions, q: string) {
  const text = folded(q);
  const ofUser = Uint8Array.from(usernames, (name) => (name.includes(text) ? 1 : 0));
  const isId = isBeginningOfId(text);
  const title = titles.finder(q);
  const other = (n: number) => ofUser[user[n] ?? 0] === 1 || (isId && (ids[n]?.startsWith(text) ?? false));
  return { title, other, hasOthers: isId || ofUser.includes(1), any: (n: number) => title(n) || other(n) };
}

/** Of the next sessions of a list, those that match. */
function* nearMatches(
  db: Db,
  { sessions, q }: Wanted,
  list: ListPlace & { parts: readonly ListPart[] },
): Script<number[]> {
  const rows = yield* all(keysIn(db, sessionKeys(db, { ...list, limit: lookedAt }), lookedAt));
  const matches = matcher(sessions, q);
  const found: number[] = [];
  for (const { session_id } of rows) {
    const n = sessions.sessionNumber(session_id);
    if (n !== undefined && matches.any(n)) found.push(n);
    if (found.length === list.limit) break;
  }
  return found;
}

/** The first of them from a place on, in the order of the list. */
function best(sessions: ResidentSessions, numbers: Iterable<number>, { sort, after, limit }: ListPlace): number[] {
  const values = sessions[sort];
  const { ids } = sessions;
  const isBefore = (a: number, b: number) => {
    const [left = 0, right = 0] = [values[a], values[b]];
    return left === right ? (ids[a] ?? '') > (ids[b] ?? '') : left > right;
  };
  const isFurther = after ? furtherThan(sessions, sort, after) : () => true;
  const kept: number[] = [];
  for (const n of numbers) {
    const last = kept.length === limit ? kept.at(-1) : undefined;
    if ((last !== undefined && !isBefore(n, last)) || !isFurther(n)) continue;
    let [low, high] = [0, kept.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(kept[middle] ?? 0, n)) low = middle + 1;
      else high = middle;
    }
    kept.splice(low, 0, n);
    if (kept.length > limit) kept.pop();
  }
  return kept;
}

function furtherThan(sessions: ResidentSessions, sort: AdminSessionSort, after: Keyset): (n: number) => boolean {
  const values = sessions[sort];
  const value = sort === 'chat_messages' ? Number(after.value) : Date.parse(String(after.value));
  return (n) => {
    const own = values[n] ?? 0;
    return own < value || (own === value && (sessions.ids[n] ?? '') < after.sessionId);
  };
}

function* recordsOf(db: Db, { ids }: ResidentSessions, numbers: readonly number[]): Script<SessionRecord[]> {
  if (numbers.length === 0) return [];
  const sessionIds = numbers.map((n) => ids[n] ?? '');
  const rows = yield* all(records(db).where('s.session_id', 'in', sessionIds));
  const byId = new Map(rows.map((row) => [row.session_id, row]));
  return sessionIds.flatMap((id) => byId.get(id) ?? []);
}
