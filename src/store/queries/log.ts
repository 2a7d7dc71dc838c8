import { sql } from 'kysely';
import { type EventType, finalTurnStates, type TurnState } from '../../contract/events.ts';
import { query } from '../command.ts';
import { shownText, unfinishedStates } from '../commands/append-events.ts';
import { all, type Db, first, type Script, statement } from '../script.ts';

/** A stored event; `payload` is its JSON, whole, also when it lies in `blobs`. */
export type EventRecord = {
  position: number;
  session_id: string;
  seq: number;
  type: EventType;
  turn_id: string | null;
  payload: string;
  at: string;
};

/** A session, and the member it is read for: the database shows a member's role nothing of other people's sessions. */
export type OfMember = { sessionId: string; userId: string };

function events(db: Db) {
  return db
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
    ]);
}

/** A session's events after a seq, oldest first. */
export const eventsAfter = query(function* (
  db: Db,
  args: OfMember & { after: number; limit: number },
): Script<EventRecord[]> {
  return yield* eventsFrom.all(db, args);
});

const eventsFrom = statement<{ sessionId: string; after: number; limit: number }>()((db, slots) =>
  events(db)
    .where('e.session_id', '=', slots.sessionId)
    .where('e.seq', '>', slots.after)
    .orderBy('e.seq')
    .limit(slots.limit),
);

/** A session's events before a seq: the nearest `limit`, oldest first. */
export const eventsBefore = query(function* (
  db: Db,
  args: OfMember & { before: number; limit: number },
): Script<EventRecord[]> {
  const rows = yield* all(
    events(db)
      .where('e.session_id', '=', args.sessionId)
      .where('e.seq', '<', args.before)
      .orderBy('e.seq', 'desc')
      .limit(args.limit),
  );
  return rows.toReversed();
});

export type TurnRecord = {
  turn_id: string;
  turn_no: number;
  client_turn_id: string;
  author_user_id: string;
  state: string;
  attempt: number;
  parent_turn_id: string | null;
  replaces_turn_id: string | null;
  created_at: string;
};

const turnColumns = [
  'turn_id',
  'turn_no',
  'client_turn_id',
  'author_user_id',
  'state',
  'attempt',
  'parent_turn_id',
  'replaces_turn_id',
  'created_at',
] as const;

/** The text of the running step: journaled, shown, and not yet an event. */
export type RunningRecord = { turn_id: string; turn_no: number; attempt: number; step: number; text: string };

export const runningStep = query(function* (
  db: Db,
  args: OfMember,
): Script<{ lastSeq: number; running?: RunningRecord }> {
  return yield* readRunning(db, args.sessionId);
});

function* readRunning(db: Db, sessionId: string): Script<{ lastSeq: number; running?: RunningRecord }> {
  const session = yield* lastSeqOf.first(db, { sessionId });
  const turn = yield* turnUnderWay.first(db, { sessionId });
  const lastSeq = session?.last_seq ?? 0;
  if (!turn) return { lastSeq };
  const shown = yield* shownText(db, turn);
  const attempt = shown.attempt > 0 ? shown.attempt : turn.attempt;
  return {
    lastSeq,
    running: { turn_id: turn.turn_id, turn_no: turn.turn_no, attempt, step: turn.step, text: shown.text },
  };
}

const lastSeqOf = statement<{ sessionId: string }>()((db, slots) =>
  db.selectFrom('user_sessions').select('last_seq').where('session_id', '=', slots.sessionId),
);

/** Index: turns_one_at_a_time, which only literal states use. */
const turnUnderWay = statement<{ sessionId: string }>()((db, slots) =>
  db
    .selectFrom('turns')
    .select(['turn_id', 'turn_no', 'attempt', 'step', 'journal_from'])
    .where('session_id', '=', slots.sessionId)
    .where('state', 'in', [sql.lit('running'), sql.lit('waiting_approval')]),
);

export type SnapshotRecord = {
  turns: TurnRecord[];
  events: EventRecord[];
  lastSeq: number;
  running?: RunningRecord;
  hasMore: boolean;
};

/** The newest turns whole, further back to one that still runs, with everything the log holds since the first of them, and the
 *  running step, all from one moment. */
export const sessionSnapshot = query(function* (db: Db, args: OfMember & { turns: number }): Script<SnapshotRecord> {
  const { lastSeq, running } = yield* readRunning(db, args.sessionId);
  const last = yield* first(
    db
      .selectFrom('turns')
      .select((eb) => eb.fn.max('turn_no').as('turn_no'))
      .where('session_id', '=', args.sessionId),
  );
  const newest = (last?.turn_no ?? 0) - args.turns + 1;
  const firstNo = Math.max(1, Math.min(newest, running?.turn_no ?? newest));
  const shown = yield* all(
    db
      .selectFrom('turns')
      .select([...turnColumns, 'message_seq'])
      .where('session_id', '=', args.sessionId)
      .where('turn_no', '>=', firstNo)
      .orderBy('turn_no'),
  );
  const rows = yield* all(
    events(db)
      .where('e.session_id', '=', args.sessionId)
      .where('e.seq', '>=', shown[0]?.message_seq ?? 1)
      .orderBy('e.seq'),
  );
  return {
    turns: shown.map(({ message_seq: _seq, ...turn }) => turn),
    events: rows,
    lastSeq,
    hasMore: firstNo > 1,
    ...(running && { running }),
  };
});

/** Messages of a session, of all its branches, oldest first. */
export const messageEvents = query(function* (db: Db, args: OfMember): Script<EventRecord[]> {
  return yield* all(messagesOf(db, args.sessionId));
});

/** The same for an administrator whose look is on record. */
export const messagesForRecordedRead = query(function* (db: Db, args: { sessionId: string }): Script<EventRecord[]> {
  return yield* all(messagesOf(db, args.sessionId));
});

export function messagesOf(db: Db, sessionId: string) {
  return events(db)
    .where('e.session_id', '=', sessionId)
    .where('e.type', 'in', ['user_message', 'agent_message'])
    .orderBy('e.seq');
}

export type JournalRecord = {
  id: number;
  session_id: string;
  turn_id: string;
  turn_no: number;
  attempt: number;
  step: number;
  offset: number;
  text: string;
};

/** Where the log and the journal end. */
export const heads = query(function* (
  db: Db,
  _args: Record<string, never>,
): Script<{ position: number; journalId: number }> {
  const log = yield* first(db.selectFrom('session_events').select((eb) => eb.fn.max('position').as('position')));
  const journal = yield* first(db.selectFrom('turn_journal').select((eb) => eb.fn.max('id').as('id')));
  return { position: log?.position ?? 0, journalId: journal?.id ?? 0 };
});

/** Everything committed after a position, over all sessions, in the order of commits: what a feed passes on. */
export const tail = query(function* (
  db: Db,
  args: { position: number; journalId: number; limit: number },
): Script<{ events: EventRecord[]; pieces: JournalRecord[] }> {
  const rows = yield* eventsInOrder.all(db, { position: args.position, limit: args.limit });
  const pieces = yield* piecesInOrder.all(db, { journalId: args.journalId, limit: args.limit });
  return { events: rows, pieces };
});

const eventsInOrder = statement<{ position: number; limit: number }>()((db, slots) =>
  events(db).where('e.position', '>', slots.position).orderBy('e.position').limit(slots.limit),
);

const piecesInOrder = statement<{ journalId: number; limit: number }>()((db, slots) =>
  db
    .selectFrom('turn_journal as j')
    .innerJoin('turns as t', 't.turn_id', 'j.turn_id')
    .select(['j.id', 't.session_id', 'j.turn_id', 't.turn_no', 'j.attempt', 'j.step', 'j.offset', 'j.text'])
    .where('j.id', '>', slots.journalId)
    .orderBy('j.id')
    .limit(slots.limit),
);

/** Index: session_events_messages. */
export function* lastMessageOf(db: Db, turnId: string): Script<EventRecord | undefined> {
  return yield* first(
    events(db)
      .where('e.turn_id', '=', turnId)
      .where('e.type', '=', sql.lit('agent_message'))
      .orderBy('e.seq', 'desc')
      .limit(1),
  );
}

/** A turn as its session's members may see it: how far it is, and once it is over, the last message it stored. */
export const turnOutcome = query(function* (
  db: Db,
  args: OfMember & { turnId: string },
): Script<{ state: TurnState; code: string | null; lastMessage?: EventRecord } | undefined> {
  const turn = yield* first(
    db
      .selectFrom('turns')
      .select((eb) => [eb.ref('state').$castTo<TurnState>().as('state'), 'code'])
      .where('turn_id', '=', args.turnId)
      .where('session_id', '=', args.sessionId),
  );
  if (!turn || !finalTurnStates.has(turn.state)) return turn;
  const lastMessage = yield* lastMessageOf(db, args.turnId);
  return { ...turn, ...(lastMessage && { lastMessage }) };
});

/** Instances that hold running turns. */
export const turnOwners = query(function* (db: Db, _args: Record<string, never>): Script<string[]> {
  const rows = yield* runningOwners.all(db, {});
  return rows.flatMap((row) => (row.lease_owner === null ? [] : [row.lease_owner]));
});

/** Index: turns_unfinished. */
const runningOwners = statement<Record<string, never>>()((db) =>
  db
    .selectFrom('turns')
    .select('lease_owner')
    .distinct()
    .where('state', '=', sql.lit('running'))
    .where('state', 'in', unfinishedStates),
);

/** What a reader at `after` lacks, all from one moment: the next events, at most `limit` and not more than `maxBytes` of payload unless
 *  one alone is larger; where there are none, the running step. */
export const replay = query(function* (
  db: Db,
  args: OfMember & { after: number; limit: number; maxBytes: number },
): Script<{ events: EventRecord[]; lastSeq: number; running?: RunningRecord }> {
  const sizes = yield* sizesFrom.all(db, args);
  if (sizes.length === 0) return { events: [], ...(yield* readRunning(db, args.sessionId)) };
  let bytes = 0;
  const tooMuch = sizes.findIndex((row) => (bytes += row.bytes) > args.maxBytes);
  const limit = tooMuch === -1 ? sizes.length : Math.max(1, tooMuch);
  const session = yield* lastSeqOf.first(db, args);
  return { events: yield* eventsFrom.all(db, { ...args, limit }), lastSeq: session?.last_seq ?? 0 };
});

const sizesFrom = statement<{ sessionId: string; after: number; limit: number }>()((db, slots) =>
  db
    .selectFrom('session_events as e')
    .leftJoin('blobs as b', 'b.blob_id', 'e.blob_id')
    .select(sql<number>`coalesce(b.bytes, octet_length(e.payload))`.as('bytes'))
    .where('e.session_id', '=', slots.sessionId)
    .where('e.seq', '>', slots.after)
    .orderBy('e.seq')
    .limit(slots.limit),
);

/** Which of these turns still run under the fence their holder has. */
export const heldTurns = query(function* (
  db: Db,
  args: { held: readonly { turnId: string; fence: number }[] },
): Script<string[]> {
  const kept: string[] = [];
  for (const { turnId, fence } of args.held) {
    const row = yield* heldTurn.first(db, { turnId, fence });
    if (row) kept.push(row.turn_id);
  }
  return kept;
});

const heldTurn = statement<{ turnId: string; fence: number }>()((db, slots) =>
  db
    .selectFrom('turns')
    .select('turn_id')
    .where('turn_id', '=', slots.turnId)
    .where('fence', '=', slots.fence)
    .where('state', '=', 'running'),
);
