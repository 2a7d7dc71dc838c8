import { sql } from 'kysely';
import type { EventType } from '../../contract/events.ts';
import { query } from '../command.ts';
import { all, type Db, first, type Script, statement } from '../script.ts';
import type { EventRecord } from './log.ts';

/** A session as the check of its log needs it. */
export type VerifySession = {
  session_id: string;
  user_id: string | null;
  origin: string;
  message_count: number;
  user_query_count: number;
  last_seq: number;
  last_turn_no: number;
  erase_at: string | null;
  erased_at: string | null;
  imported_at: string | null;
  temporary_until: string | null;
};

/** All sessions, by id. */
export const sessionsFrom = query(function* (db: Db, args: { after: string; limit: number }): Script<VerifySession[]> {
  return yield* all(
    db
      .selectFrom('user_sessions')
      .select([
        'session_id',
        'user_id',
        'origin',
        'message_count',
        'user_query_count',
        'last_seq',
        'last_turn_no',
        'erase_at',
        'erased_at',
        'imported_at',
        'temporary_until',
      ])
      .where('session_id', '>', args.after)
      .orderBy('session_id')
      .limit(args.limit),
  );
});

export type VerifyTurn = {
  position: number;
  turn_id: string;
  turn_no: number;
  author_user_id: string;
  client_turn_id: string;
  parent_turn_id: string | null;
  replaces_turn_id: string | null;
  state: string;
  attempt: number;
  fence: number;
  message_seq: number;
};

const turnsOfSession = statement<{ sessionId: string; afterNo: number; afterPosition: number; limit: number }>()(
  (db, slots) =>
    db
      .selectFrom('turns')
      .select([
        'position',
        'turn_id',
        'turn_no',
        'author_user_id',
        'client_turn_id',
        'parent_turn_id',
        'replaces_turn_id',
        'state',
        'attempt',
        'fence',
        'message_seq',
      ])
      .where('session_id', '=', slots.sessionId)
      .where('turn_no', '>=', slots.afterNo)
      .where((eb) => eb.or([eb('turn_no', '>', slots.afterNo), eb('position', '>', slots.afterPosition)]))
      .orderBy('turn_no')
      .orderBy('position')
      .limit(slots.limit),
);

/** A session's turns by number. Two of one number come in the order of acceptance: the unique index may be what is broken. */
export const turnsFrom = query(function* (
  db: Db,
  args: { sessionId: string; afterNo: number; afterPosition: number; limit: number },
): Script<VerifyTurn[]> {
  return yield* turnsOfSession.all(db, args);
});

/** `payload` as it lies in the row: for an event with a blob only where it is and how it begins. */
export type VerifyEvent = {
  position: number;
  seq: number;
  type: string;
  turn_id: string | null;
  attempt: number | null;
  step: number | null;
  fence: number | null;
  payload: string;
  blob_id: string | null;
};

const eventsOfSession = statement<{ sessionId: string; afterSeq: number; afterPosition: number; limit: number }>()(
  (db, slots) =>
    db
      .selectFrom('session_events')
      .select(['position', 'seq', 'type', 'turn_id', 'attempt', 'step', 'fence', 'payload', 'blob_id'])
      .where('session_id', '=', slots.sessionId)
      .where('seq', '>=', slots.afterSeq)
      .where((eb) => eb.or([eb('seq', '>', slots.afterSeq), eb('position', '>', slots.afterPosition)]))
      .orderBy('seq')
      .orderBy('position')
      .limit(slots.limit),
);

/** A session's log by seq; doubles of one seq in the order of commits. */
export const eventsFrom = query(function* (
  db: Db,
  args: { sessionId: string; afterSeq: number; afterPosition: number; limit: number },
): Script<VerifyEvent[]> {
  return yield* eventsOfSession.all(db, args);
});

export const blobOf = query(function* (
  db: Db,
  args: { blobId: string },
): Script<{ session_id: string; bytes: number; body: string } | undefined> {
  return yield* first(
    db.selectFrom('blobs').select(['session_id', 'bytes', 'body']).where('blob_id', '=', args.blobId),
  );
});

/** A piece of streamed text; `offset` in UTF-16 units within its attempt and step. */
export type VerifyPiece = {
  id: number;
  turn_id: string;
  attempt: number;
  step: number;
  offset: number;
  text: string;
  /** The text's length as it lies in the store. */
  bytes: number;
};

const pieces = statement<{ after: number; limit: number }>()((db, slots) =>
  db
    .selectFrom('turn_journal')
    .select(['id', 'turn_id', 'attempt', 'step', 'offset', 'text'])
    .select(sql<number>`octet_length(text)`.as('bytes'))
    .where('id', '>', slots.after)
    .orderBy('id')
    .limit(slots.limit),
);

/** The whole journal, oldest first. */
export const piecesFrom = query(function* (db: Db, args: { after: number; limit: number }): Script<VerifyPiece[]> {
  return yield* pieces.all(db, args);
});

/** What a step's journal is compared with: its turn, and the message that ended the step, with its whole payload. */
export type VerifyStep = {
  state: string;
  attempt: number;
  step: number;
  journal_from: number;
  message?: { attempt: number | null; payload: string };
};

/** Undefined when there is no such turn. */
export const stepOf = query(function* (db: Db, args: { turnId: string; step: number }): Script<VerifyStep | undefined> {
  const turn = yield* first(
    db.selectFrom('turns').select(['state', 'attempt', 'step', 'journal_from']).where('turn_id', '=', args.turnId),
  );
  if (!turn) return undefined;
  const message = yield* first(
    db
      .selectFrom('session_events as e')
      .leftJoin('blobs as b', 'b.blob_id', 'e.blob_id')
      .select((eb) => ['e.attempt', eb.fn.coalesce('b.body', 'e.payload').as('payload')])
      .where('e.turn_id', '=', args.turnId)
      .where('e.type', '=', sql.lit('agent_message'))
      .where('e.step', '=', args.step)
      .orderBy('e.seq', 'desc')
      .limit(1),
  );
  return { ...turn, ...(message && { message }) };
});

/** One event whole, as the feed passes it on. */
export const eventAt = query(function* (
  db: Db,
  args: { sessionId: string; seq: number },
): Script<EventRecord | undefined> {
  return yield* first(
    db
      .selectFrom('session_events as e')
      .leftJoin('blobs as b', 'b.blob_id', 'e.blob_id')
      .select((eb) => [
        'e.position',
        'e.session_id',
        'e.seq',
        eb.ref('e.type').$castTo<EventType>().as('type'),
        'e.turn_id',
        eb.fn.coalesce('b.body', 'e.payload').as('payload'),
        'e.at',
      ])
      .where('e.session_id', '=', args.sessionId)
      .where('e.seq', '=', args.seq),
  );
});

/** A turn that is not over. `is_next`: queued, and nothing of its session stands before it. */
export type VerifyUnfinished = {
  turn_id: string;
  session_id: string;
  state: string;
  fence: number;
  lease_boot: string | null;
  lease_until_ms: number | null;
  is_next: number;
};

/** Unfinished turns in the order of acceptance. Index: turns_unfinished. */
export const unfinishedTurns = query(function* (db: Db, args: { limit: number }): Script<VerifyUnfinished[]> {
  return yield* all(
    db
      .selectFrom('turns as t')
      .select((eb) => [
        't.turn_id',
        't.session_id',
        't.state',
        't.fence',
        't.lease_boot',
        't.lease_until_ms',
        eb
          .not(
            eb.exists(
              eb
                .selectFrom('turns as o')
                .select('o.turn_id')
                .whereRef('o.session_id', '=', 't.session_id')
                .whereRef('o.turn_no', '<', 't.turn_no')
                .where('o.state', 'in', ['queued', 'running', 'waiting_approval']),
            ),
          )
          .$castTo<number>()
          .as('is_next'),
      ])
      .where('t.state', 'in', ['queued', 'running', 'waiting_approval'])
      .orderBy('t.position')
      .limit(args.limit),
  );
});
