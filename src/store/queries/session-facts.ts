import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { recordOfSession, type SessionRecord } from './session-rows.ts';

export type SessionFacts = {
  record: SessionRecord;
  origin: string;
  /** What `record.corpora` names; those that are gone are missing. */
  corpora: { id: string; name: string }[];
  turns: number;
  inputTokens: number;
  outputTokens: number;
};

/** The facts of a session, deleted ones included; undefined when there is none. */
export const sessionFacts = query(function* (db: Db, args: { sessionId: string }): Script<SessionFacts | undefined> {
  const record = yield* recordOfSession(db, args.sessionId);
  const session = yield* first(
    db.selectFrom('user_sessions').select('origin').where('session_id', '=', args.sessionId),
  );
  if (!record || !session) return undefined;
  const corpusIds = decodeJson<string[]>(record.corpora);
  const corpora =
    corpusIds.length === 0
      ? []
      : yield* all(
          db.selectFrom('corpora').select(['id', 'name']).where('id', 'in', corpusIds).where('deleted_at', 'is', null),
        );
  const counted = yield* first(
    db
      .selectFrom('turns')
      .select((eb) => eb.fn.countAll<number>().as('turns'))
      .where('session_id', '=', args.sessionId),
  );
  const used = yield* first(
    db
      .selectFrom('turn_attempts as a')
      .innerJoin('turns as t', 't.turn_id', 'a.turn_id')
      .select((eb) => [
        eb.fn.sum<number | null>('a.input_tokens').as('input'),
        eb.fn.sum<number | null>('a.output_tokens').as('output'),
      ])
      .where('t.session_id', '=', args.sessionId),
  );
  return {
    record,
    origin: session.origin,
    corpora,
    turns: counted?.turns ?? 0,
    inputTokens: used?.input ?? 0,
    outputTokens: used?.output ?? 0,
  };
});

export type AttemptRecord = {
  turn_id: string;
  attempt: number;
  instance_id: string;
  started_at: string;
  first_text_at: string | null;
  ended_at: string | null;
  model: string | null;
  input_tokens: number;
  output_tokens: number;
  outcome: string | null;
};

export type TurnFacts = {
  turn_id: string;
  turn_no: number;
  state: string;
  code: string | null;
  username: string | null;
  agent_id: string;
  agent_name: string | null;
  agent_version: number | null;
  created_at: string;
  updated_at: string;
  replaces_turn_no: number | null;
  attempts: AttemptRecord[];
  /** Names of the tools that it called, each as often as it did, in their order. */
  tools: string[];
};

/** A session's turns, the newest first: their facts alone. Of a tool's call its name is given, and not what it was called with. */
export const sessionTurns = query(function* (
  db: Db,
  args: { sessionId: string; before?: number; limit: number },
): Script<TurnFacts[]> {
  const { sessionId, before, limit } = args;
  let list = db
    .selectFrom('turns as t')
    .leftJoin('users as u', 'u.id', 't.author_user_id')
    .leftJoin('agents as a', 'a.id', 't.agent_id')
    .leftJoin('turns as r', 'r.turn_id', 't.replaces_turn_id')
    .select([
      't.turn_id',
      't.turn_no',
      't.state',
      't.code',
      'u.username',
      't.agent_id',
      'a.name as agent_name',
      't.agent_version',
      't.created_at',
      't.updated_at',
      'r.turn_no as replaces_turn_no',
      't.message_seq',
    ])
    .where('t.session_id', '=', sessionId)
    .orderBy('t.turn_no', 'desc')
    .limit(limit);
  if (before !== undefined) list = list.where('t.turn_no', '<', before);
  const turns = yield* all(list);
  if (turns.length === 0) return [];
  const turnIds = turns.map((turn) => turn.turn_id);
  const attempts = yield* all(
    db
      .selectFrom('turn_attempts')
      .select([
        'turn_id',
        'attempt',
        'instance_id',
        'started_at',
        'first_text_at',
        'ended_at',
        'model',
        'input_tokens',
        'output_tokens',
        'outcome',
      ])
      .where('turn_id', 'in', turnIds)
      .orderBy('attempt'),
  );
  const calls = yield* callsOf(db, { sessionId, turnIds, fromSeq: Math.min(...turns.map((turn) => turn.message_seq)) });
  return turns.map(({ message_seq: _, ...turn }) => ({
    ...turn,
    attempts: attempts.filter((each) => each.turn_id === turn.turn_id),
    tools: calls.filter((each) => each.turn_id === turn.turn_id).map(({ tool }) => tool),
  }));
});

function* callsOf(
  db: Db,
  args: { sessionId: string; turnIds: readonly string[]; fromSeq: number },
): Script<{ turn_id: string | null; tool: string }[]> {
  const rows = yield* all(
    db
      .selectFrom('session_events as e')
      .leftJoin('blobs as b', 'b.blob_id', 'e.blob_id')
      .select((eb) => ['e.turn_id', eb.fn.coalesce('b.body', 'e.payload').as('payload')])
      .where('e.session_id', '=', args.sessionId)
      .where('e.seq', '>=', args.fromSeq)
      .where('e.type', '=', 'tool_call')
      .where('e.turn_id', 'in', [...args.turnIds])
      .orderBy('e.seq'),
  );
  return rows.map(({ turn_id, payload }) => ({ turn_id, tool: decodeJson<{ tool: string }>(payload).tool }));
}
