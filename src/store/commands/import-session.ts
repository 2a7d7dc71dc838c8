import type { TurnState } from '../../contract/events.ts';
import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import type { Schema } from '../schema.ts';
import { type Db, first, run, type Script, statement } from '../script.ts';
import { type DraftEvent, nextRev, storeEvent } from './append-events.ts';
import { type AdkEventRow, putAdkEvents } from './put-adk-events.ts';
import { type Change, recordAudit } from './record-audit.ts';

/** A session comes back in three steps, so that nobody's writes wait for a long one: it is begun, stored in bites, and finished. Until it is
 *  finished it is marked for erasing, which keeps it out of every list and every check of logs; what is not finished within an hour (its
 *  process was killed), or whose owner is erased meanwhile, is cleared as what is erased is. */

/** A turn that is over, under its id here. */
export type ImportedTurn = {
  turnId: string;
  turnNo: number;
  clientTurnId: string;
  parentTurnId: string | null;
  replacesTurnId: string | null;
  corpora: readonly string[];
  state: Extract<TurnState, 'done' | 'failed' | 'cancelled' | 'interrupted'>;
  code: string | null;
  attempt: number;
  /** One more than its last finished model call. */
  step: number;
  model: string | null;
  messageSeq: number;
  /** When the message was sent, and when the turn was over. */
  createdAt: string;
  endedAt: string;
  adkEvents: readonly AdkEventRow[];
};

export type ImportedEvent = {
  seq: number;
  event: DraftEvent;
  at: string;
  /** The owner's id, or `agent` or `system`. */
  actor: string;
  turn: { turnId: string; attempt: number } | null;
};

export type BeginImportArgs = {
  sessionId: string;
  /** What the session was called where it was made. */
  importedFrom: string;
  userId: string;
  agentId: string;
  corpora: readonly string[];
  createdAt: string;
  lastActivity: string;
  isActive: boolean;
  archived: boolean;
  pinned: boolean;
  /** When it was thrown away; null for one that was not. */
  deletedAt: string | null;
  titleIsSet: boolean;
  tags?: readonly string[];
  origin: 'web' | 'api';
  at: string;
};

/** Begins to make a session of an export again. One that this person has, as the one it was or as one brought back before, stays as it is;
 *  one they threw away since comes again. */
export const beginImport = command(['sessions'], function* (db: Db, args: BeginImportArgs): Script<
  'begun' | 'already_here' | 'no_such_user'
> {
  if (!(yield* isActiveUser(db, args.userId))) return 'no_such_user';
  if (yield* isHere(db, args)) return 'already_here';
  yield* insertUnseen(db, args);
  return 'begun';
});

/** The row of a session that is seen by nobody until it is finished. */
export function* insertUnseen(db: Db, args: BeginImportArgs): Script<void> {
  yield* run(
    db.insertInto('user_sessions').values({
      session_id: args.sessionId,
      user_id: args.userId,
      active_agent_id: args.agentId,
      title: '',
      title_is_set: args.titleIsSet ? 1 : 0,
      corpora: encodeJson(args.corpora),
      created_at: args.createdAt,
      last_activity: args.lastActivity,
      is_active: args.isActive ? 1 : 0,
      message_count: 0,
      user_query_count: 0,
      last_seq: 0,
      last_turn_no: 0,
      rev: nextRev,
      archived: args.archived ? 1 : 0,
      pinned: args.pinned ? 1 : 0,
      tags: encodeJson(args.tags ?? []),
      deleted_at: args.deletedAt ?? args.at,
      erase_at: args.at,
      origin: args.origin,
      imported_from: args.importedFrom,
    }),
  );
  yield* run(
    db
      .insertInto('session_members')
      .values({ session_id: args.sessionId, user_id: args.userId, level: 'owner', added_at: args.at }),
  );
}

export type StoreImportedArgs = {
  sessionId: string;
  userId: string;
  agentId: string;
  turns: readonly ImportedTurn[];
  events: readonly ImportedEvent[];
};

/** Stores a bite of a session that was begun: nothing of it runs, and no budget is charged. */
export const storeImported = command([], function* (db: Db, args: StoreImportedArgs): Script<'stored' | 'gone'> {
  if (!(yield* isUnderWay(db, args))) return 'gone';
  for (const turn of args.turns) yield* insertEndedTurn(db, args, turn);
  for (const { seq, event, at, actor, turn } of args.events) {
    const mark = turn && { ...turn, fence: turn.attempt };
    yield* storeEvent(db, { sessionId: args.sessionId, at, actor, ...(mark && { mark }) }, event, seq);
  }
  return 'stored';
});

export type FinishImportArgs = Change & {
  sessionId: string;
  importedFrom: string;
  userId: string;
  title: string;
  deletedAt: string | null;
  turns: number;
  events: number;
  /** Questions and final answers. */
  messages: number;
};

/** Shows a session whose bites are all stored, as its owner's. */
export const finishImport = command(['sessions', 'audit'], function* (db: Db, args: FinishImportArgs): Script<
  'imported' | 'already_here' | 'gone'
> {
  if (!(yield* isUnderWay(db, args))) return 'gone';
  if (yield* isHere(db, args)) return 'already_here';
  yield* run(
    db
      .updateTable('user_sessions')
      .set({
        title: args.title,
        message_count: args.messages,
        user_query_count: args.turns,
        last_seq: args.events,
        last_turn_no: args.turns,
        rev: nextRev,
        deleted_at: args.deletedAt,
        erase_at: null,
        imported_at: args.at,
      })
      .where('session_id', '=', args.sessionId),
  );
  yield* recordAudit(db, {
    ...args,
    action: 'session.imported',
    object: { kind: 'session', id: args.sessionId },
    facts: { turns: args.turns, events: args.events },
  });
  return 'imported';
});

export function* isActiveUser(db: Db, userId: string): Script<boolean> {
  return (yield* activeUser.first(db, { userId })) !== undefined;
}

const activeUser = statement<{ userId: string }>()((db, slots) =>
  db
    .selectFrom('users')
    .select('id')
    .where('id', '=', slots.userId)
    .where('is_active', '=', 1)
    .where('deleted_at', 'is', null),
);

/** Whether the session was begun by this person, who is still there, and neither finished nor cleared. */
export function* isUnderWay(db: Db, { sessionId, userId }: { sessionId: string; userId: string }): Script<boolean> {
  const begun = yield* sessionUnderWay.first(db, { sessionId, userId });
  return begun !== undefined && (yield* isActiveUser(db, userId));
}

const sessionUnderWay = statement<{ sessionId: string; userId: string }>()((db, slots) =>
  db
    .selectFrom('user_sessions')
    .select('session_id')
    .where('session_id', '=', slots.sessionId)
    .where('user_id', '=', slots.userId)
    .where('imported_from', 'is not', null)
    .where('imported_at', 'is', null)
    .where('erased_at', 'is', null),
);

/** Index: user_sessions_imported. */
function* isHere(
  db: Db,
  { userId, importedFrom, deletedAt }: { userId: string; importedFrom: string; deletedAt: string | null },
): Script<boolean> {
  const owned = (column: 'session_id' | 'imported_from') => {
    const found = db
      .selectFrom('user_sessions')
      .select('session_id')
      .where('user_id', '=', userId)
      .where(column, '=', importedFrom)
      .where('erase_at', 'is', null)
      .limit(1);
    return deletedAt === null ? found.where('deleted_at', 'is', null) : found;
  };
  return (yield* first(owned('session_id'))) !== undefined || (yield* first(owned('imported_from'))) !== undefined;
}

function* insertEndedTurn(db: Db, session: StoreImportedArgs, turn: ImportedTurn): Script<void> {
  yield* insertTurn.run(db, {
    turn_id: turn.turnId,
    session_id: session.sessionId,
    turn_no: turn.turnNo,
    parent_turn_id: turn.parentTurnId,
    replaces_turn_id: turn.replacesTurnId,
    author_user_id: session.userId,
    client_turn_id: turn.clientTurnId,
    agent_id: session.agentId,
    corpora: encodeJson(turn.corpora),
    state: turn.state,
    code: turn.code,
    attempt: turn.attempt,
    step: turn.step,
    message_seq: turn.messageSeq,
    created_at: turn.createdAt,
    updated_at: turn.endedAt,
  });
  for (let attempt = 1; attempt <= turn.attempt; attempt++) {
    yield* insertAttempt.run(db, {
      turn_id: turn.turnId,
      attempt,
      started_at: turn.createdAt,
      ended_at: turn.endedAt,
      model: turn.model,
      outcome: attempt < turn.attempt ? 'lost' : turn.state,
    });
  }
  yield* putAdkEvents(db, { sessionId: session.sessionId, turnId: turn.turnId, events: turn.adkEvents });
}

const insertTurn = statement<
  Omit<
    Schema['turns'],
    | 'position'
    | 'request_hash'
    | 'fence'
    | 'lease_owner'
    | 'lease_boot'
    | 'lease_until_ms'
    | 'journal_from'
    | 'usage_groups'
    | 'agent_version'
  >
>()((db, slots) =>
  db.insertInto('turns').values({
    turn_id: slots.turn_id,
    session_id: slots.session_id,
    turn_no: slots.turn_no,
    parent_turn_id: slots.parent_turn_id,
    replaces_turn_id: slots.replaces_turn_id,
    author_user_id: slots.author_user_id,
    client_turn_id: slots.client_turn_id,
    // No message sent again has this hash: its id is taken by the one that was brought back.
    request_hash: '',
    agent_id: slots.agent_id,
    agent_version: null,
    corpora: slots.corpora,
    state: slots.state,
    code: slots.code,
    attempt: slots.attempt,
    fence: slots.attempt,
    step: slots.step,
    lease_owner: null,
    lease_boot: null,
    lease_until_ms: null,
    journal_from: 0,
    message_seq: slots.message_seq,
    created_at: slots.created_at,
    updated_at: slots.updated_at,
  }),
);

/** Without tokens: nothing was used here. */
const insertAttempt = statement<
  Omit<Schema['turn_attempts'], 'instance_id' | 'first_text_at' | 'input_tokens' | 'output_tokens'>
>()((db, slots) =>
  db.insertInto('turn_attempts').values({
    turn_id: slots.turn_id,
    attempt: slots.attempt,
    instance_id: 'import',
    started_at: slots.started_at,
    ended_at: slots.ended_at,
    input_tokens: 0,
    output_tokens: 0,
    model: slots.model,
    outcome: slots.outcome,
  }),
);
