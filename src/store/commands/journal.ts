import { sql } from 'kysely';
import type { Citation } from '../../contract/events.ts';
import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import type { Schema } from '../schema.ts';
import { type Db, first, last, run, type Script } from '../script.ts';
import { statementOfRows } from '../statement-of-rows.ts';
import { unfinishedStates } from './append-events.ts';
import { noteFirstText } from './first-text.ts';
import { held, isHeld } from './held-turn.ts';

export type JournalPiece = {
  turnId: string;
  fence: number;
  attempt: number;
  step: number;
  offset: number;
  text: string;
  cited: readonly number[];
  /** Citations of the step's text up to and with this piece, when it brings a new one. */
  citations?: readonly Citation[];
  /** The time, with the first piece of its attempt. */
  beganAt?: string;
  /** What the attempt is answered with, with its first piece. */
  model?: string | undefined;
};

type PieceRow = Pick<
  Schema['turn_journal'],
  'turn_id' | 'attempt' | 'step' | 'offset' | 'text' | 'cited' | 'citations'
> & {
  fence: number;
};

const insertPieces = statementOfRows<PieceRow>({
  ...held,
  attempt: 'bigint',
  step: 'bigint',
  offset: 'bigint',
  text: 'text',
  cited: 'text',
  citations: 'text',
})((db, { tables, value, inOrder }) =>
  db
    .insertInto('turn_journal')
    .columns(['turn_id', 'attempt', 'step', 'offset', 'text', 'cited', 'citations'])
    .expression((eb) =>
      inOrder(
        eb
          .selectFrom(['turns as t', ...tables])
          .select([
            't.turn_id',
            value.attempt.as('attempt'),
            value.step.as('step'),
            value.offset.as('offset'),
            value.text.as('text'),
            value.cited.as('cited'),
            value.citations.as('citations'),
          ])
          .where(isHeld(value)),
      ),
    )
    .returning('turn_id'),
);

/** Stores streamed text of many turns in one commit. Gives the turns whose fence no longer holds: they are not the caller's any more. */
export const flushJournal = command(['journal'], function* (db: Db, args: { pieces: readonly JournalPiece[] }): Script<{
  lost: string[];
}> {
  yield* noteFirstText(db, args.pieces);
  const rows = args.pieces.map(({ turnId, cited, citations, beganAt: _, model: __, ...piece }) => ({
    ...piece,
    turn_id: turnId,
    cited: encodeJson(cited),
    citations: citations ? encodeJson(citations) : null,
  }));
  const stored = new Set((yield* last(insertPieces.all(db, rows))).map((row) => row.turn_id));
  return { lost: args.pieces.map(({ turnId }) => turnId).filter((turnId) => !stored.has(turnId)) };
});

/** Removes journal rows that no unfinished turn needs, by id range and a bounded number at a time. */
export const pruneJournal = command([], function* (db: Db, args: { maxRows: number }): Script<void> {
  const needed = yield* first(
    db
      .selectFrom('turns')
      .select((eb) => eb.fn.min('journal_from').as('id'))
      .where('state', 'in', [sql.lit('running'), sql.lit('waiting_approval')])
      .where('state', 'in', unfinishedStates),
  );
  const bounds = yield* first(
    db.selectFrom('turn_journal').select((eb) => [eb.fn.min('id').as('oldest'), eb.fn.max('id').as('newest')]),
  );
  if (!bounds?.newest || !bounds.oldest) return;
  const before = Math.min(needed?.id ?? bounds.newest + 1, bounds.oldest + args.maxRows);
  yield* run(db.deleteFrom('turn_journal').where('id', '<', before));
});
