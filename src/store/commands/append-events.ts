import { sql } from 'kysely';
import type { Citation, EventPayload, EventType } from '../../contract/events.ts';
import { decodeJson, encodeJson } from '../json.ts';
import type { Schema } from '../schema.ts';
import { type Db, forEffect, run, type Script, statement } from '../script.ts';

/** An event before the log gives it a `seq`. */
export type DraftEvent = { [T in EventType]: { type: T; payload: EventPayload<T> } }[EventType];

/** What binds events to the turn attempt that wrote them. */
export type TurnMark = { turnId: string; attempt: number; fence: number };

export type AppendArgs = {
  sessionId: string;
  events: readonly DraftEvent[];
  at: string;
  /** A user id, or `agent` or `system`. */
  actor: string;
  mark?: TurnMark;
  /** The newest `seq`, where the caller looked it up in this transaction: nothing is then waited for. */
  lastSeq?: number;
};

/** Larger payloads go to `blobs`; the event keeps where, how much, and the beginning. */
const maxPayloadBytes = 64 * 1024;
const headLength = 200;

/** The next value of the counter that orders all changes of sessions. */
export const nextRev = sql<number>`(select coalesce(max(rev), 0) + 1 from user_sessions)`;

/** For events that are no messages: writes none of the indexes over counters and activity. */
const raiseSeq = statement<{ sessionId: string; events: number }>()((db, slots) =>
  db
    .updateTable('user_sessions')
    .set((eb) => ({ last_seq: eb('last_seq', '+', slots.events), rev: nextRev }))
    .where('session_id', '=', slots.sessionId)
    .returning('last_seq'),
);

const raiseCounters = statement<{
  sessionId: string;
  events: number;
  messages: number;
  queries: number;
  at: string;
}>()((db, slots) =>
  db
    .updateTable('user_sessions')
    .set((eb) => ({
      last_seq: eb('last_seq', '+', slots.events),
      message_count: eb('message_count', '+', slots.messages),
      user_query_count: eb('user_query_count', '+', slots.queries),
      rev: nextRev,
      last_activity: slots.at,
    }))
    .where('session_id', '=', slots.sessionId)
    .returning('last_seq'),
);

const insertEvent = statement<Omit<Schema['session_events'], 'position'>>()((db, slots) =>
  db.insertInto('session_events').values({
    session_id: slots.session_id,
    seq: slots.seq,
    type: slots.type,
    turn_id: slots.turn_id,
    attempt: slots.attempt,
    step: slots.step,
    fence: slots.fence,
    actor: slots.actor,
    payload: slots.payload,
    blob_id: slots.blob_id,
    at: slots.at,
  }),
);

/** The condition of the partial index turns_unfinished, word for word: SQLite uses the index only for a query that repeats it. */
export const unfinishedStates = [sql.lit('queued'), sql.lit('running'), sql.lit('waiting_approval')];

/** Appends to a session's log: dense seq, counters, last activity and citations in one. The caller has checked that the session exists. */
export function* appendEvents(db: Db, args: AppendArgs): Script<void> {
  const firstSeq = (yield* raise(db, args)) + 1;
  for (const [index, event] of args.events.entries()) yield* storeEvent(db, args, event, firstSeq + index);
}

/** Raises the session's counters. @returns the newest seq before */
function* raise(db: Db, { sessionId, events, at, lastSeq }: AppendArgs): Script<number> {
  const counted = countMessages(events);
  const raised = { sessionId, events: events.length };
  const query =
    counted.messages === 0 ? raiseSeq.first(db, raised) : raiseCounters.first(db, { ...raised, ...counted, at });
  if (lastSeq !== undefined) {
    yield* forEffect(query);
    return lastSeq;
  }
  const row = yield* query;
  if (!row) throw new Error('append to a session that does not exist');
  return row.last_seq - events.length;
}

/** One event in its place, with its blob and its citations; counters are the caller's. */
export function* storeEvent(db: Db, args: Omit<AppendArgs, 'events'>, event: DraftEvent, seq: number): Script<void> {
  const { body, bytes, head } = eventBody(event);
  const blobId = head === undefined ? null : `${args.sessionId}:${seq}`;
  if (blobId !== null) {
    yield* run(db.insertInto('blobs').values({ blob_id: blobId, session_id: args.sessionId, bytes, body }));
  }
  yield* insertEvent.run(db, {
    session_id: args.sessionId,
    seq,
    type: event.type,
    turn_id: args.mark?.turnId ?? null,
    attempt: args.mark?.attempt ?? null,
    step: 'step' in event.payload ? event.payload.step : null,
    fence: args.mark?.fence ?? null,
    actor: args.actor,
    payload: blobId === null ? body : encodeJson({ blob_id: blobId, bytes, head }),
    blob_id: blobId,
    at: args.at,
  });
  if (event.type !== 'agent_message' || event.payload.citations.length === 0) return;
  yield* run(
    db.insertInto('citations').values(
      event.payload.citations.map((citation) => ({
        session_id: args.sessionId,
        seq,
        n: citation.n,
        turn_id: args.mark?.turnId ?? '',
        corpus_id: citation.corpus_id,
        document_id: citation.document_id,
        document_version: citation.document_version,
        passage_id: citation.passage_id,
        start_offset: citation.start,
        end_offset: citation.end,
      })),
    ),
  );
}

/** An event's payload as it is stored. `head` is how a large one begins, which then goes to `blobs`. */
export function eventBody({ payload }: DraftEvent): { body: string; bytes: number; head?: string } {
  const body = encodeJson(payload);
  const bytes = Buffer.byteLength(body);
  return { body, bytes, ...(bytes > maxPayloadBytes && { head: headOf(body) }) };
}

/** The beginning of a large payload, letter for letter: it does not end within a character. */
function headOf(body: string): string {
  return body.slice(0, headLength).replace(/[\uD800-\uDBFF]$/, '');
}

/** `chat_messages` counts user messages and final agent messages; `user_queries` user messages. */
export function countMessages(events: readonly DraftEvent[]): { messages: number; queries: number } {
  let messages = 0;
  let queries = 0;
  for (const event of events) {
    if (event.type === 'user_message') {
      messages += 1;
      queries += 1;
    }
    if (event.type === 'agent_message' && event.payload.final) messages += 1;
  }
  return { messages, queries };
}

const journalOfStep = statement<{ from: number; turnId: string; step: number }>()((db, slots) =>
  db
    .selectFrom('turn_journal')
    .select(['attempt', 'text', 'cited', 'citations'])
    .where('id', '>=', slots.from)
    .where('turn_id', '=', slots.turnId)
    .where('step', '=', slots.step)
    .orderBy('id'),
);

/** The journaled text of a turn's unfinished step, as last shown; empty when nothing was. */
export function* shownText(
  db: Db,
  turn: { turn_id: string; step: number; journal_from: number },
): Script<{ attempt: number; text: string; cited: number[]; citations: Citation[] }> {
  const rows = yield* journalOfStep.all(db, { from: turn.journal_from, turnId: turn.turn_id, step: turn.step });
  const attempt = rows.at(-1)?.attempt ?? 0;
  const shown = rows.filter((row) => row.attempt === attempt);
  return {
    attempt,
    text: shown.map((row) => row.text).join(''),
    cited: decodeJson<number[]>(rows.at(-1)?.cited ?? '[]'),
    citations: decodeJson<Citation[]>(shown.findLast((row) => row.citations !== null)?.citations ?? '[]'),
  };
}
