import { sql } from 'kysely';
import { type AskedWord, type Lookup, lookupsOf, marksOf } from '../../retrieval/message-words.ts';
import { readable, type Snippet, snippetOf } from '../../retrieval/snippet.ts';
import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';
import { bucketOf, messageAt, messagesWith, needleOf, type Said } from '../../retrieval/word-rows.ts';
import { addFound, type Found, messagesInPacks } from './messages-in-packs.ts';
import { keyOf, type MessageKey, messagesAt } from './messages-at.ts';
import { has } from './has-text.ts';
import { keysIn, memberKeys } from './session-lists.ts';

/** A place in what was found: sessions by their activity, newest first, and in each the newest message first. */
export type MessagePlace = MessageKey & { lastActivity: string };

export type FoundMessage = MessagePlace & { title: string; turnId: string; seq: number; at: string; snippet: Snippet };

/** A page, and where the next one begins; undefined at the end. */
export type FoundMessages = { messages: FoundMessage[]; next: MessagePlace | undefined };

/** Sessions that are looked at in the order of the list before another stretch of it is read. */
const stretch = 500;
/** So many sessions are asked for by their ids. */
const few = 300;
/** Messages that are read at once, and about how many for one page: some that have all terms do not have the words. */
const readAtOnce = 40;
const maxRead = 400;
/** About so much of them, in UTF-16 units: a reader of everybody's lists does nothing else meanwhile. */
const maxReadChars = 2 ** 21;
/** More terms would find little less. */
const maxLookups = 16;

type Asked = { userId: string; words: readonly AskedWord[]; after?: MessagePlace; limit: number };

/** Messages and final answers that have all words, in sessions that a person owns or was let into, but for temporary ones. Each is read from the log
 *  before it is given. The newest sessions are looked at first: what is common is found there, and all others need not be looked at. Indexes: those
 *  of a member's list, and the primary key of message_words. */
export const searchMessages = query(function* (db: Db, args: Asked): Script<FoundMessages> {
  const newest = yield* newestSessions(db, args);
  const among = newest.sessions.map(({ sessionId }) => sessionId);
  if (among.length === 0) return { messages: [], next: undefined };
  const terms = lookupsOf(args.words)
    .toSorted((a, b) => weight(b) - weight(a))
    .slice(0, maxLookups);
  const nearby = yield* messagesWithTerms(db, args.userId, terms, { own: among, shared: among });
  const near = yield* pageOf(db, args, nearby.found, newest);
  if (near.next || newest.isAll) return near;
  const found = yield* messagesAnywhere(db, args.userId, rarestFirst(terms, nearby.kept));
  return yield* pageOf(db, args, found, yield* firstStretch(db, args, found));
});

/** The first messages of a stretch of sessions and of those after it. */
function* pageOf(db: Db, args: Asked, found: Found, first: Stretch | undefined): Script<FoundMessages> {
  const messages: FoundMessage[] = [];
  let last: MessagePlace | undefined;
  let read = 0;
  let readChars = 0;
  for (let from = first; from; from = from.more && (yield* from.more())) {
    const places = placesIn(from.sessions, found, args.after);
    for (let at = 0; at < places.length; ) {
      if (read >= maxRead) return { messages, next: last };
      const some = places.slice(at, at + readAtOnce);
      const texts = yield* messagesAt(db, some);
      for (const place of some) {
        if (messages.length === args.limit || readChars >= maxReadChars) return { messages, next: last };
        last = place;
        const said = texts.get(keyOf(place));
        readChars += said?.text.length ?? 0;
        const text = said && readable(said.text);
        const marks = text !== undefined && marksOf(text, args.words);
        if (!said || !marks) continue;
        const { turnId, title, seq, at: saidAt } = said;
        messages.push({ ...place, turnId, title, seq, at: saidAt, snippet: snippetOf(text, marks) });
      }
      at += some.length;
      read += some.length;
    }
  }
  return { messages, next: undefined };
}

/** The messages of all sessions that have every term: of a person's own in their packs, and what is in none of these, or not theirs, in rows. Where
 *  much is in no pack yet, all rows are read. */
function* messagesAnywhere(db: Db, userId: string, terms: readonly Lookup[]): Script<Found> {
  const loose = yield* looseSessions(db, userId);
  if (loose.length > few) return (yield* messagesWithTerms(db, userId, terms)).found;
  const found = yield* messagesInPacks(db, userId, terms);
  for (const [sessionId, blocks] of (yield* messagesWithTerms(db, userId, terms, { own: loose })).found) {
    for (const [block, bits] of blocks) addFound(found, sessionId, block, bits);
  }
  return found;
}

/** Sessions of a person that have words which are in no pack: all of them, or more than a few. */
function* looseSessions(db: Db, userId: string): Script<string[]> {
  const rows = yield* all(
    db
      .selectFrom('loose_words as l')
      .innerJoin('user_sessions as s', 's.session_id', 'l.session_id')
      .select('l.session_id')
      .distinct()
      .where('l.owner_id', '=', userId)
      .where('s.deleted_at', 'is', null)
      .limit(sql.lit(few + 1)),
  );
  return rows.map((row) => row.session_id);
}

/** Sessions whose rows are read; undefined: all. */
type Within = { own?: readonly string[]; shared?: readonly string[] };

/** The messages that have every term, one term after the other; of a person's own sessions and of those they were let into, or of those named.
 *  @returns `kept`: what share of the sessions that were left each term left, as far as they were looked up */
function* messagesWithTerms(
  db: Db,
  userId: string,
  terms: readonly Lookup[],
  within: Within = {},
): Script<{ found: Found; kept: number[] }> {
  let found: Found | undefined;
  const kept: number[] = [];
  for (const lookup of terms) {
    const left: readonly string[] | undefined = found && found.size <= few ? [...found.keys()] : undefined;
    const among = left ? { own: left, shared: left } : within;
    const next: Found = new Map();
    for (const { session_id, block, words: row } of yield* rowsWith(db, { userId, lookup, among })) {
      const bits = messagesWith(row, lookup) & (found ? (found.get(session_id)?.get(block) ?? 0) : -1);
      if (bits !== 0) addFound(next, session_id, block, bits);
    }
    kept.push(next.size / (found?.size ?? within.own?.length ?? 1));
    found = next;
    if (found.size === 0) break;
  }
  return { found: found ?? new Map(), kept };
}

/** What is likely rare comes first: long terms, and those that are whole. */
const weight = ({ term, isBeginning }: Lookup) => (isBeginning ? term.length : term.length + 2);

/** In the order of how much of the newest sessions each left; those that were not reached there last. */
const rarestFirst = (terms: readonly Lookup[], kept: readonly number[]): Lookup[] =>
  terms
    .map((lookup, at) => ({ lookup, kept: kept[at] ?? 1 }))
    .toSorted((a, b) => a.kept - b.kept)
    .map(({ lookup }) => lookup);

type Row = { session_id: string; block: number; words: string };

function* rowsWith(
  db: Db,
  { userId, lookup, among }: { userId: string; lookup: Lookup; among: Within },
): Script<Row[]> {
  const bucket = bucketOf(lookup.term);
  const columns = ['w.session_id', 'w.block', 'w.words'] as const;
  let own = db
    .selectFrom('message_words as w')
    .select(columns)
    .where('w.owner_id', '=', userId)
    .where('w.bucket', '=', bucket)
    .where(has(db, 'w.words', needleOf(lookup)));
  let shared = db
    .selectFrom('session_members as m')
    .innerJoin('user_sessions as s', 's.session_id', 'm.session_id')
    .innerJoin('message_words as w', (join) =>
      join.onRef('w.owner_id', '=', 's.user_id').on('w.bucket', '=', bucket).onRef('w.session_id', '=', 'm.session_id'),
    )
    .select(columns)
    .where('m.user_id', '=', userId)
    .where('m.level', '<>', sql.lit('owner'))
    .where('s.deleted_at', 'is', null)
    .where(has(db, 'w.words', needleOf(lookup)));
  if (among.own) own = own.where('w.session_id', 'in', among.own);
  if (among.shared) shared = shared.where('m.session_id', 'in', among.shared);
  return [...(among.own?.length === 0 ? [] : yield* all(own)), ...(yield* all(shared))];
}

type SessionKey = { sessionId: string; lastActivity: string };
/** Sessions in the order of the list, among which are all of a part of it that were found, and how to come by the next ones. */
type Stretch = { sessions: SessionKey[]; more?: () => Script<Stretch | undefined> };

/** The first sessions of the list from a place on, with the one that a page ended in. */
function* newestSessions(
  db: Db,
  { userId, after }: { userId: string; after?: MessagePlace },
): Script<Stretch & { isAll: boolean }> {
  const { sessions = [] } = (yield* listedFrom(db, userId, after, few)) ?? {};
  return { sessions: [...(after ? [after] : []), ...sessions], isAll: sessions.length < few };
}

function* firstStretch(
  db: Db,
  { userId, after }: { userId: string; after?: MessagePlace },
  found: Found,
): Script<Stretch | undefined> {
  if (found.size === 0) return undefined;
  const begun = after && found.has(after.sessionId) ? [after] : [];
  if (found.size > few) {
    const next = yield* listedFrom(db, userId, after, stretch);
    return next ? { ...next, sessions: [...begun, ...next.sessions] } : { sessions: begun };
  }
  const rows = yield* all(
    db
      .selectFrom('user_sessions')
      .select(['session_id', 'last_activity'])
      .where('session_id', 'in', [...found.keys()])
      .where('deleted_at', 'is', null),
  );
  const sessions = rows
    .map(({ session_id, last_activity }) => ({ sessionId: session_id, lastActivity: last_activity }))
    .filter((each) => !after || (each.sessionId !== after.sessionId && inList(after, each) < 0))
    .toSorted(inList);
  return { sessions: [...begun, ...sessions] };
}

function* listedFrom(
  db: Db,
  userId: string,
  after: SessionKey | undefined,
  limit: number,
): Script<Stretch | undefined> {
  const place = after && { after: { value: after.lastActivity, sessionId: after.sessionId } };
  const rows = yield* all(keysIn(db, memberKeys(db, { userId, limit, ...place }), limit));
  const sessions = rows.map(({ session_id, value }) => ({ sessionId: session_id, lastActivity: String(value) }));
  const end = sessions.at(-1);
  if (!end) return undefined;
  return { sessions, ...(rows.length === limit && { more: () => listedFrom(db, userId, end, limit) }) };
}

/** Newest activity first. */
const inList = (a: SessionKey, b: SessionKey) =>
  a.lastActivity === b.lastActivity ? compare(b.sessionId, a.sessionId) : compare(b.lastActivity, a.lastActivity);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What was found in sessions, newest first, further on than a place. */
function placesIn(sessions: readonly SessionKey[], found: Found, after: MessagePlace | undefined): MessagePlace[] {
  return sessions.flatMap(({ sessionId, lastActivity }) =>
    [...(found.get(sessionId) ?? [])]
      .toSorted(([a], [b]) => b - a)
      .flatMap(([block, bits]) =>
        Array.from({ length: 32 }, (_, place) => 31 - place)
          .filter((place) => (bits & (1 << place)) !== 0)
          .map((place): MessagePlace => ({ sessionId, lastActivity, ...messageAt(block, place) })),
      )
      .filter((each) => after?.sessionId !== sessionId || orderIn(each) < orderIn(after)),
  );
}

const orderIn = ({ turnNo, said }: { turnNo: number; said: Said }) => turnNo * 2 + (said === 'assistant' ? 1 : 0);
