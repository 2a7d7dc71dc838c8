import { sql } from 'kysely';
import type { Citation } from '../../contract/events.ts';
import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { type Db, first, run, type Script, statement } from '../script.ts';
import { unfinishedStates } from './append-events.ts';

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
};

const insertPiece = statement<
  Omit<JournalPiece, 'cited' | 'citations'> & { cited: string; citations: string | null }
>()((db, slots) =>
  db
    .insertInto('turn_journal')
    .columns(['turn_id', 'attempt', 'step', 'offset', 'text', 'cited', 'citations'])
    .expression((eb) =>
      eb
        .selectFrom('turns')
        .select([
          'turn_id',
          slots.attempt.as('attempt'),
          slots.step.as('step'),
          slots.offset.as('offset'),
          slots.text.as('text'),
          slots.cited.as('cited'),
          slots.citations.as('citations'),
        ])
        .where('turn_id', '=', slots.turnId)
        .where('fence', '=', slots.fence)
        .where('state', '=', sql.lit('running')),
    )
    .returning('turn_id'),
);

/** Stores streamed text of many turns in one commit. Gives the turns whose fence no longer holds: they are not the caller's any more. */
export const flushJournal = command(['journal'], function* (db: Db, args: { pieces: readonly JournalPiece[] }): Script<{
  lost: string[];
}> {
  const lost: string[] = [];
  for (const piece of args.pieces) {
    const row = yield* insertPiece.first(db, {
      ...piece,
      cited: encodeJson(piece.cited),
      citations: piece.citations ? encodeJson(piece.citations) : null,
    });
    if (!row) lost.push(piece.turnId);
  }
  return { lost };
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
