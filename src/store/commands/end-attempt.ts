import { type Db, type Script, statement } from '../script.ts';
import { estimatedInput, settleTokens } from './charge-budgets.ts';

/** An attempt that broke off in its turn's unfinished step. */
type BrokenAttempt = { turn_id: string; session_id: string; attempt: number; step: number; journal_from: number };

/** English prose has about 4 characters a token. */
const charsPerToken = 4;

/** Notes how an attempt ended that did not finish its turn. A provider tells what a call used only at its end, so what the call under way
 *  used is estimated and added to what was reported of the calls before: its output from the text it put out, and where a budget waits
 *  for it, its input from the conversation. A call that was stopped counts before it showed anything: else whoever stops in time reads
 *  for nothing. One that failed without a word was not served. */
export function* endAttempt(
  db: Db,
  turn: BrokenAttempt,
  args: { outcome: 'lost' | 'cancelled' | 'failed' | 'interrupted'; at: string },
): Script<void> {
  const rows = yield* textOfStep.all(db, { from: turn.journal_from, turnId: turn.turn_id, step: turn.step });
  const textOf = (attempt: number | undefined) =>
    rows.flatMap((row) => (row.attempt === attempt ? [row.text] : [])).join('');
  const text = textOf(turn.attempt);
  // What was shown before is journaled again by an attempt that goes on from it.
  const carried = textOf(rows.findLast((row) => row.attempt < turn.attempt)?.attempt);
  const chars = carried !== '' && text.startsWith(carried) ? text.length - carried.length : text.length;
  yield* closeAttempt.run(db, {
    turnId: turn.turn_id,
    attempt: turn.attempt,
    outcome: args.outcome,
    inputTokens:
      text !== '' || args.outcome === 'cancelled'
        ? yield* estimatedInput(db, {
            turnId: turn.turn_id,
            attempt: turn.attempt,
            sessionId: turn.session_id,
          })
        : 0,
    outputTokens: Math.ceil(chars / charsPerToken),
    at: args.at,
  });
  yield* settleTokens(db, { turnId: turn.turn_id, attempt: turn.attempt });
}

const textOfStep = statement<{ from: number; turnId: string; step: number }>()((db, slots) =>
  db
    .selectFrom('turn_journal')
    .select(['attempt', 'text'])
    .where('id', '>=', slots.from)
    .where('turn_id', '=', slots.turnId)
    .where('step', '=', slots.step)
    .orderBy('id'),
);

const closeAttempt = statement<{
  turnId: string;
  attempt: number;
  outcome: string;
  inputTokens: number;
  outputTokens: number;
  at: string;
}>()((db, slots) =>
  db
    .updateTable('turn_attempts')
    .set((eb) => ({
      ended_at: slots.at,
      outcome: slots.outcome,
      input_tokens: eb('input_tokens', '+', slots.inputTokens),
      output_tokens: eb('output_tokens', '+', slots.outputTokens),
    }))
    .where('turn_id', '=', slots.turnId)
    .where('attempt', '=', slots.attempt),
);
