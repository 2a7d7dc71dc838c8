import { finalTurnStates, type TurnState } from '../../contract/events.ts';
import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';
import { type PlaceRecord, placeColumns, turnBefore } from './branches.ts';
import { lastMessageOf, type OfMember } from './log.ts';

/** What of a turn a model's context is built from. */
export type TurnForContext = {
  turnId: string;
  turnNo: number;
  agentId: string;
  /** ADK's events, oldest first. */
  events: string[];
  /** Of a turn that ended without a whole answer: the payload of its last message, which may hold the text shown so far. */
  lastMessage?: string;
};

/** What a model's context is built from: a turn and those it follows, newest first, at most `turns`; of other branches none. That turn is
 *  always given; no further one is read once those before it have `maxChars` of JSON. */
export const turnsForContext = query(function* (
  db: Db,
  args: OfMember & { upToTurnNo: number; turns: number; maxChars: number },
): Script<TurnForContext[]> {
  // A session that never branched is read at once; further back, each turn of the branch is looked up.
  const known = yield* all(
    db
      .selectFrom('turns')
      .select(placeColumns)
      .where('session_id', '=', args.sessionId)
      .where('turn_no', '<=', args.upToTurnNo)
      .orderBy('turn_no', 'desc')
      .limit(args.turns),
  );
  const found: TurnForContext[] = [];
  let chars = 0;
  let turn = known.find((row) => row.turn_no === args.upToTurnNo);
  while (turn && found.length < args.turns) {
    const read = yield* readTurn(db, turn);
    found.push(read);
    chars += read.events.reduce((sum, event) => sum + event.length, 0);
    if (chars >= args.maxChars) break;
    turn = yield* turnBefore(db, args.sessionId, turn, known);
  }
  return found;
});

function* readTurn(db: Db, turn: PlaceRecord): Script<TurnForContext> {
  const rows = yield* all(
    db.selectFrom('adk_events').select('event').where('turn_id', '=', turn.turn_id).orderBy('ordinal'),
  );
  const gaveUp = turn.state !== 'done' && finalTurnStates.has(turn.state as TurnState);
  const message = gaveUp ? yield* lastMessageOf(db, turn.turn_id) : undefined;
  return {
    turnId: turn.turn_id,
    turnNo: turn.turn_no,
    agentId: turn.agent_id,
    events: rows.map((row) => row.event),
    ...(message && { lastMessage: message.payload }),
  };
}
