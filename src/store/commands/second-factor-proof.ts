import { type Db, first, run, type Script } from '../script.ts';

/** A code that fits: of a time step of the app, or a recovery code, which the store knows or does not. */
export type SecondFactorProof = { step: number } | { recoveryHash: string };

export function* hasSecondFactor(db: Db, userId: string): Script<boolean> {
  const on = yield* first(
    db
      .selectFrom('second_factors')
      .select('user_id')
      .where('user_id', '=', userId)
      .where('confirmed_at', 'is not', null),
  );
  return on !== undefined;
}

/** Uses a proof up, if it is good: each is good once. */
export function* useProof(db: Db, args: { userId: string; proof: SecondFactorProof; at: string }): Script<boolean> {
  if (!(yield* hasSecondFactor(db, args.userId))) return false;
  const { proof } = args;
  const used =
    'step' in proof
      ? yield* first(
          db
            .updateTable('second_factors')
            .set({ last_step: proof.step })
            .where('user_id', '=', args.userId)
            .where('last_step', '<', proof.step)
            .returning('user_id'),
        )
      : yield* first(
          db
            .updateTable('recovery_codes')
            .set({ used_at: args.at })
            .where('user_id', '=', args.userId)
            .where('code_hash', '=', proof.recoveryHash)
            .where('used_at', 'is', null)
            .returning('user_id'),
        );
  return used !== undefined;
}

/** Forgets it with its recovery codes; tells whether it was on. */
export function* dropSecondFactor(db: Db, userId: string): Script<boolean> {
  const wasOn = yield* hasSecondFactor(db, userId);
  yield* run(db.deleteFrom('recovery_codes').where('user_id', '=', userId));
  yield* run(db.deleteFrom('second_factors').where('user_id', '=', userId));
  return wasOn;
}
