import type { VerifyEvent, VerifyReads, VerifySession, VerifyTurn } from '../../store/queries/verify.ts';
import type { Checks } from './checks.ts';
import type { CitationCheck } from './citation-check.ts';
import { type ReadPayload, readPayload } from './read-payload.ts';
import { TurnTrace } from './turn-trace.ts';
import { WordCheck } from './word-check.ts';

const sessionsPage = 500;
const turnsPage = 1_000;
/** A payload has at most 64 KiB in its row. */
const eventsPage = 500;

/** Walks every session's log once, with its turns beside it (I1, I2, I4, I6, I8). */
export async function checkSessions(read: VerifyReads, checks: Checks, citations: CitationCheck): Promise<void> {
  const words = new WordCheck(read, checks);
  let after = '';
  for (;;) {
    const sessions = await read.sessionsFrom({ after, limit: sessionsPage });
    for (const session of sessions) {
      if (session.erase_at === null) await checkSession(read, checks, { citations, words }, session);
      else checks.I8.see(session.erased_at === null ? 'sessions being erased' : 'erased sessions');
    }
    const last = sessions.at(-1);
    if (!last) return;
    after = last.session_id;
  }
}

/** What is counted along one session's log. */
type Tally = { lastSeq: number; position: number; messages: number; queries: number; unknownAnswers: number };

async function checkSession(
  read: VerifyReads,
  checks: Checks,
  { citations, words }: { citations: CitationCheck; words: WordCheck },
  session: VerifySession,
): Promise<void> {
  checks.I2.see('sessions');
  checks.I8.see('sessions');
  const { turns, count: turnCount } = await readTurns(read, checks, session);
  const tally: Tally = { lastSeq: 0, position: 0, messages: 0, queries: 0, unknownAnswers: 0 };
  const said = await words.of(session);
  for await (const event of eventsOf(read, session.session_id)) {
    checks.I2.see('events');
    checkPlace(checks, session, event, tally);
    const payload = await readPayload(read, checks, session.session_id, event);
    countMessage(event, payload, tally);
    checkTurnOf(checks, session, turns, event, payload);
    said.apply(event, payload, turns.get(event.turn_id ?? '')?.turnNo);
    if (payload.type === 'agent_message') await citations.apply(session, event, payload.payload);
  }
  await said.finish();
  for (const trace of turns.values()) trace.finish();
  checkCounters(checks, session, turnCount, tally);
}

async function* eventsOf(read: VerifyReads, sessionId: string): AsyncGenerator<VerifyEvent> {
  let last = { seq: Number.MIN_SAFE_INTEGER, position: 0 };
  for (;;) {
    const page = await read.eventsFrom({
      sessionId,
      afterSeq: last.seq,
      afterPosition: last.position,
      limit: eventsPage,
    });
    yield* page;
    if (page.length < eventsPage) return;
    last = page.at(-1) ?? last;
  }
}

/** A session's turns are numbered from 1 and accepted in that order: a gap is a message that was acknowledged and is lost. */
async function readTurns(
  read: VerifyReads,
  checks: Checks,
  session: VerifySession,
): Promise<{ turns: Map<string, TurnTrace>; count: number }> {
  const turns = new Map<string, TurnTrace>();
  let count = 0;
  let last: Pick<VerifyTurn, 'turn_no' | 'position' | 'message_seq'> = { turn_no: 0, position: 0, message_seq: 0 };
  for (;;) {
    const page = await read.turnsFrom({
      sessionId: session.session_id,
      afterNo: last.turn_no,
      afterPosition: last.position,
      limit: turnsPage,
    });
    for (const turn of page) {
      count += 1;
      checks.I1.see('turns');
      if (turn.turn_no !== last.turn_no + 1) {
        checks.I1.breach(
          `turn ${turn.turn_id} has number ${turn.turn_no} after ${last.turn_no} in session ${session.session_id}`,
        );
      }
      if (turn.position < last.position || turn.message_seq <= last.message_seq) {
        checks.I1.breach(`turn ${turn.turn_id} was accepted out of its order in session ${session.session_id}`);
      }
      for (const named of [turn.parent_turn_id, turn.replaces_turn_id]) {
        if (named !== null && !turns.has(named))
          checks.I1.breach(
            `turn ${turn.turn_id} follows or replaces ${named}, which is no earlier turn of its session`,
          );
      }
      last = turn;
      turns.set(turn.turn_id, new TurnTrace(turn, checks));
    }
    if (page.length < turnsPage) return { turns, count };
  }
}

function checkPlace(checks: Checks, session: VerifySession, event: VerifyEvent, tally: Tally): void {
  const { I2 } = checks;
  const expected = tally.lastSeq + 1;
  const where = `session ${session.session_id}`;
  if (event.seq === tally.lastSeq) I2.breach(`${where}: seq ${event.seq} is stored twice`);
  else if (event.seq === expected + 1) I2.breach(`${where}: seq ${expected} is missing`);
  else if (event.seq > expected) I2.breach(`${where}: seq ${expected} to ${event.seq - 1} are missing`);
  else if (event.seq < expected) I2.breach(`${where}: seq ${event.seq} is before the beginning`);
  if (event.position <= tally.position)
    I2.breach(`${where}: seq ${event.seq} was committed before seq ${tally.lastSeq}`);
  tally.position = event.position;
  tally.lastSeq = Math.max(tally.lastSeq, event.seq);
}

function countMessage(event: VerifyEvent, payload: ReadPayload, tally: Tally): void {
  if (event.type === 'user_message') {
    tally.messages += 1;
    tally.queries += 1;
  }
  if (payload.type === 'agent_message' && payload.payload.final) tally.messages += 1;
  if (payload.type === 'lost' && event.type === 'agent_message') tally.unknownAnswers += 1;
}

/** Everything but changes of the session itself is of a turn; an ADK program's sessions have none. */
function checkTurnOf(
  checks: Checks,
  session: VerifySession,
  turns: ReadonlyMap<string, TurnTrace>,
  event: VerifyEvent,
  payload: ReadPayload,
): void {
  const where = `session ${session.session_id} seq ${event.seq}`;
  const check = event.type === 'user_message' ? checks.I1 : checks.I6;
  if (event.type === 'user_message') checks.I1.see('messages');
  if (event.turn_id === null) {
    const needsTurn = event.type !== 'session_updated' && session.origin !== 'adk';
    if (needsTurn) check.breach(`${where}: ${event.type} of no turn`);
    return;
  }
  checks.I6.see('events of turns');
  const trace = turns.get(event.turn_id);
  if (!trace)
    return check.breach(`${where}: ${event.type} of turn ${event.turn_id}, which is not stored in this session`);
  checks.I4.see('events of turns');
  trace.apply(event, payload);
}

function checkCounters({ I2, I8 }: Checks, session: VerifySession, turnCount: number, tally: Tally): void {
  const where = `session ${session.session_id}`;
  if (session.last_seq !== tally.lastSeq)
    I2.breach(`${where}: last_seq is ${session.last_seq}, the log ends at ${tally.lastSeq}`);
  if (session.last_turn_no !== turnCount)
    I8.breach(`${where}: last_turn_no is ${session.last_turn_no}, turns are ${turnCount}`);
  if (session.user_query_count !== tally.queries) {
    I8.breach(`${where}: user_query_count is ${session.user_query_count}, messages of users are ${tally.queries}`);
  }
  const most = tally.messages + tally.unknownAnswers;
  if (session.message_count < tally.messages || session.message_count > most) {
    I8.breach(`${where}: message_count is ${session.message_count}, messages are ${tally.messages}`);
  }
}
