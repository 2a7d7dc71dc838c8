import { command } from '../command.ts';
import { all, type Db, type Script, statement } from '../script.ts';

/** Removes at most so many charges of days before one, each together with what it adds to its budget's count of that day, so that counts and
 *  charges agree at every moment; a count of nothing goes. What an attempt holds in reserve stays until the attempt ends. Gives how many
 *  charges went. */
export const pruneBudgets = command([], function* (db: Db, args: { before: string; maxRows: number }): Script<number> {
  const charges = yield* all(
    db
      .selectFrom('budget_charges')
      .select(['turn_id', 'attempt', 'kind', 'subject_id', 'day', 'turns', 'tokens'])
      .where('day', '<', args.before)
      .where('reserved_tokens', '=', 0)
      .orderBy('day')
      .limit(args.maxRows),
  );
  for (const { turn_id, attempt, kind, subject_id, day, turns, tokens } of charges) {
    yield* removeCharge.run(db, { turn_id, attempt, kind, subject_id });
    yield* discount.run(db, { day, kind, subject_id, turns, tokens });
    yield* removeEmpty.run(db, { day, kind, subject_id });
  }
  return charges.length;
});

const removeCharge = statement<{ turn_id: string; attempt: number; kind: string; subject_id: string }>()((db, slots) =>
  db
    .deleteFrom('budget_charges')
    .where('turn_id', '=', slots.turn_id)
    .where('attempt', '=', slots.attempt)
    .where('kind', '=', slots.kind)
    .where('subject_id', '=', slots.subject_id),
);

const discount = statement<{ day: string; kind: string; subject_id: string; turns: number; tokens: number }>()(
  (db, slots) =>
    db
      .updateTable('budget_usage')
      .set((eb) => ({ turns: eb('turns', '-', slots.turns), tokens: eb('tokens', '-', slots.tokens) }))
      .where('day', '=', slots.day)
      .where('kind', '=', slots.kind)
      .where('subject_id', '=', slots.subject_id),
);

const removeEmpty = statement<{ day: string; kind: string; subject_id: string }>()((db, slots) =>
  db
    .deleteFrom('budget_usage')
    .where('day', '=', slots.day)
    .where('kind', '=', slots.kind)
    .where('subject_id', '=', slots.subject_id)
    .where('turns', '=', 0)
    .where('tokens', '=', 0)
    .where('reserved_tokens', '=', 0),
);
