import { sql } from 'kysely';
import type { EventPayload, EventType } from '../../contract/events.ts';
import { decodeJson, encodeJson } from '../json.ts';
import { all, type Db, first, run, type Script } from '../script.ts';

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
};

/** Larger payloads go to `blobs`; the event keeps where, how much, and the beginning. */
const maxPayloadBytes = 64 * 1024;
const headLength = 200;

/** The next value of the counter that orders all changes of sessions. */
export const nextRev = sql<number>`(select coalesce(max(rev), 0) + 1 from user_sessions)`;

/** Appends to a session's log: dense seq, counters, last activity and citations in one. The caller has checked that the session exists. */
export function* appendEvents(db: Db, args: AppendArgs): Script<{ firstSeq: number; lastSeq: number }> {
  const counted = count(args.events);
  const row = yield* first(
    db
      .updateTable('user_sessions')
      .set((eb) => ({
        last_seq: eb('last_seq', '+', args.events.length),
        message_count: eb('message_count', '+', counted.messages),
        user_query_count: eb('user_query_count', '+', counted.queries),
        rev: nextRev,
        ...(counted.messages > 0 && { last_activity: args.at }),
      }))
      .where('session_id', '=', args.sessionId)
      .returning('last_seq'),
  );
  if (!row) throw new Error('append to a session that does not exist');
  const firstSeq = row.last_seq - args.events.length + 1;
  for (const [index, event] of args.events.entries()) {
    yield* appendOne(db, args, event, firstSeq + index);
  }
  return { firstSeq, lastSeq: row.last_seq };
}

function* appendOne(db: Db, args: AppendArgs, event: DraftEvent, seq: number): Script<void> {
  const body = encodeJson(event.payload);
  const bytes = Buffer.byteLength(body);
  const blobId = bytes > maxPayloadBytes ? `${args.sessionId}:${seq}` : null;
  if (blobId) {
    yield* run(db.insertInto('blobs').values({ blob_id: blobId, session_id: args.sessionId, bytes, body }));
  }
  yield* run(
    db.insertInto('session_events').values({
      session_id: args.sessionId,
      seq,
      event_id: `${seq}`,
      type: event.type,
      turn_id: args.mark?.turnId ?? null,
      attempt: args.mark?.attempt ?? null,
      step: 'step' in event.payload ? event.payload.step : null,
      fence: args.mark?.fence ?? null,
      actor: args.actor,
      payload: blobId ? encodeJson({ blob_id: blobId, bytes, head: body.slice(0, headLength) }) : body,
      blob_id: blobId,
      at: args.at,
    }),
  );
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

/** `chat_messages` counts user messages and final agent messages; `user_queries` user messages. */
function count(events: readonly DraftEvent[]): { messages: number; queries: number } {
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

/** The journaled text of a turn's unfinished step, as last shown; empty when nothing was. */
export function* shownText(
  db: Db,
  turn: { turn_id: string; step: number; journal_from: number },
): Script<{ attempt: number; text: string; cited: number[] }> {
  const rows = yield* all(
    db
      .selectFrom('turn_journal')
      .select(['attempt', 'text', 'cited'])
      .where('id', '>=', turn.journal_from)
      .where('turn_id', '=', turn.turn_id)
      .where('step', '=', turn.step)
      .orderBy('id'),
  );
  const attempt = rows.at(-1)?.attempt ?? 0;
  const text = rows
    .filter((row) => row.attempt === attempt)
    .map((row) => row.text)
    .join('');
  return { attempt, text, cited: decodeJson<number[]>(rows.at(-1)?.cited ?? '[]') };
}
