import type { Db, Script } from '../script.ts';
import { statementOfRows } from '../statement-of-rows.ts';
import { type Held, held, isHeld } from './held-turn.ts';

type FirstPiece = { turnId: string; fence: number; attempt: number; beganAt?: string; model?: string | undefined };

/** Notes when attempts began to be shown and by which model, of turns whose fence holds: `beganAt` is the time, with the first piece of each.
 *  Nothing waits for it. */
export function* noteFirstText(db: Db, pieces: readonly FirstPiece[]): Script<void> {
  const begun = pieces.flatMap(({ turnId, fence, attempt, beganAt, model = null }) =>
    beganAt === undefined ? [] : { turn_id: turnId, fence, attempt, began_at: beganAt, model },
  );
  yield* firstTexts.run(db, begun);
}

const firstTexts = statementOfRows<Held & { attempt: number; began_at: string; model: string | null }>({
  ...held,
  attempt: 'bigint',
  began_at: 'text',
  model: 'text',
})((db, { tables, value }) =>
  db
    .updateTable('turn_attempts as a')
    .from(['turns as t', ...tables])
    .set((eb) => ({ first_text_at: value.began_at, model: eb.fn.coalesce(value.model, 'a.model') }))
    .where(isHeld(value))
    .where('a.turn_id', '=', value.turn_id)
    .where('a.attempt', '=', value.attempt)
    .where('a.first_text_at', 'is', null),
);
