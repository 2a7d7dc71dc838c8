import type { EventType } from '../../contract/events.ts';
import { shownText } from '../commands/append-events.ts';
import { query } from '../command.ts';
import { all, type Db, first, type Script } from '../script.ts';

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
  args: { sessionId: string; after: number; limit: number },
): Script<EventRecord[]> {
  return yield* all(
    events(db)
      .where('e.session_id', '=', args.sessionId)
      .where('e.seq', '>', args.after)
      .orderBy('e.seq')
      .limit(args.limit),
  );
});

/** A session's events before a seq: the nearest `limit`, oldest first. */
export const eventsBefore = query(function* (
  db: Db,
  args: { sessionId: string; before: number; limit: number },
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
  args: { sessionId: string },
): Script<{ lastSeq: number; running?: RunningRecord }> {
  return yield* readRunning(db, args.sessionId);
});

function* readRunning(db: Db, sessionId: string): Script<{ lastSeq: number; running?: RunningRecord }> {
  const session = yield* first(db.selectFrom('user_sessions').select('last_seq').where('session_id', '=', sessionId));
  const turn = yield* first(
    db
      .selectFrom('turns')
      .select(['turn_id', 'turn_no', 'attempt', 'step', 'journal_from'])
      .where('session_id', '=', sessionId)
      .where('state', 'in', ['running', 'waiting_approval']),
  );
  const lastSeq = session?.last_seq ?? 0;
  if (!turn) return { lastSeq };
  const shown = yield* shownText(db, turn);
  const attempt = shown.attempt > 0 ? shown.attempt : turn.attempt;
  return {
    lastSeq,
    running: { turn_id: turn.turn_id, turn_no: turn.turn_no, attempt, step: turn.step, text: shown.text },
  };
}

export type SnapshotRecord = {
  turns: TurnRecord[];
  events: EventRecord[];
  lastSeq: number;
  running?: RunningRecord;
  hasMore: boolean;
};

/** The newest turns whole, with everything the log holds since the first of them, and the running step, all from one moment. */
export const sessionSnapshot = query(function* (
  db: Db,
  args: { sessionId: string; turns: number },
): Script<SnapshotRecord> {
  const newest = yield* all(
    db
      .selectFrom('turns')
      .select([...turnColumns, 'message_seq'])
      .where('session_id', '=', args.sessionId)
      .orderBy('turn_no', 'desc')
      .limit(args.turns + 1),
  );
  const hasMore = newest.length > args.turns;
  const shown = newest.slice(0, args.turns).toReversed();
  const from = shown[0]?.message_seq ?? 1;
  const rows = yield* all(
    events(db).where('e.session_id', '=', args.sessionId).where('e.seq', '>=', from).orderBy('e.seq'),
  );
  const { lastSeq, running } = yield* readRunning(db, args.sessionId);
  return {
    turns: shown.map(({ message_seq: _seq, ...turn }) => turn),
    events: rows,
    lastSeq,
    hasMore,
    ...(running && { running }),
  };
});

/** Messages of a session, oldest first: what `history` shows. */
export const messageEvents = query(function* (db: Db, args: { sessionId: string }): Script<EventRecord[]> {
  return yield* all(
    events(db)
      .where('e.session_id', '=', args.sessionId)
      .where('e.type', 'in', ['user_message', 'agent_message'])
      .orderBy('e.seq'),
  );
});

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
  const rows = yield* all(events(db).where('e.position', '>', args.position).orderBy('e.position').limit(args.limit));
  const pieces = yield* all(
    db
      .selectFrom('turn_journal as j')
      .innerJoin('turns as t', 't.turn_id', 'j.turn_id')
      .select(['j.id', 't.session_id', 'j.turn_id', 't.turn_no', 'j.attempt', 'j.step', 'j.offset', 'j.text'])
      .where('j.id', '>', args.journalId)
      .orderBy('j.id')
      .limit(args.limit),
  );
  return { events: rows, pieces };
});

/** ADK's events of a session's newest turns, newest turn first, each turn's in order: what a model's context is built from. */
export const adkEventsOfTurns = query(function* (
  db: Db,
  args: { sessionId: string; upToTurnNo: number; turns: number },
): Script<{ turnId: string; turnNo: number; events: string[] }[]> {
  const turns = yield* all(
    db
      .selectFrom('turns')
      .select(['turn_id', 'turn_no'])
      .where('session_id', '=', args.sessionId)
      .where('turn_no', '<=', args.upToTurnNo)
      .orderBy('turn_no', 'desc')
      .limit(args.turns),
  );
  const found: { turnId: string; turnNo: number; events: string[] }[] = [];
  for (const turn of turns) {
    const rows = yield* all(
      db.selectFrom('adk_events').select('event').where('turn_id', '=', turn.turn_id).orderBy('ordinal'),
    );
    found.push({ turnId: turn.turn_id, turnNo: turn.turn_no, events: rows.map((row) => row.event) });
  }
  return found;
});

/** A turn's stored events, oldest first. */
export const turnEvents = query(function* (db: Db, args: { turnId: string }): Script<EventRecord[]> {
  return yield* all(events(db).where('e.turn_id', '=', args.turnId).orderBy('e.seq'));
});

/** A turn as its session's members may see it. */
export const turnOfSession = query(function* (
  db: Db,
  args: { sessionId: string; turnId: string },
): Script<TurnRecord | undefined> {
  return yield* first(
    db
      .selectFrom('turns')
      .select(turnColumns)
      .where('turn_id', '=', args.turnId)
      .where('session_id', '=', args.sessionId),
  );
});

/** Instances that hold running turns. */
export const turnOwners = query(function* (db: Db, _args: Record<string, never>): Script<string[]> {
  const rows = yield* all(db.selectFrom('turns').select('lease_owner').distinct().where('state', '=', 'running'));
  return rows.flatMap((row) => (row.lease_owner === null ? [] : [row.lease_owner]));
});

/** What a reader at `after` lacks: the next events, and when they reach the end, the running step, all from one moment. */
export const replay = query(function* (
  db: Db,
  args: { sessionId: string; after: number; limit: number },
): Script<{ events: EventRecord[]; lastSeq: number; running?: RunningRecord }> {
  const rows = yield* all(
    events(db)
      .where('e.session_id', '=', args.sessionId)
      .where('e.seq', '>', args.after)
      .orderBy('e.seq')
      .limit(args.limit),
  );
  return { events: rows, ...(yield* readRunning(db, args.sessionId)) };
});

/** Which of these turns still run under the fence their holder has. */
export const heldTurns = query(function* (
  db: Db,
  args: { held: readonly { turnId: string; fence: number }[] },
): Script<string[]> {
  const kept: string[] = [];
  for (const { turnId, fence } of args.held) {
    const row = yield* first(
      db
        .selectFrom('turns')
        .select('turn_id')
        .where('turn_id', '=', turnId)
        .where('fence', '=', fence)
        .where('state', '=', 'running'),
    );
    if (row) kept.push(row.turn_id);
  }
  return kept;
});
