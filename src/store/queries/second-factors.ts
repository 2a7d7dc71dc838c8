import type { Role } from '../../contract/auth.ts';
import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { type Db, first, type Script } from '../script.ts';

export type SecondFactorRecord = {
  /** Sealed. */
  secret: string;
  last_step: number;
  confirmed_at: string | null;
  codes_left: number;
};

/** What a user has begun or turned on. */
export const secondFactor = query(function* (db: Db, args: { userId: string }): Script<SecondFactorRecord | undefined> {
  return yield* first(
    db
      .selectFrom('second_factors as f')
      .select((eb) => [
        'f.secret',
        'f.last_step',
        'f.confirmed_at',
        eb
          .selectFrom('recovery_codes as c')
          .select((count) => count.fn.countAll<number>().as('count'))
          .whereRef('c.user_id', '=', 'f.user_id')
          .where('c.used_at', 'is', null)
          .$asScalar()
          .$notNull()
          .as('codes_left'),
      ])
      .where('f.user_id', '=', args.userId),
  );
});

export const requiredKey = 'second_factor.required_for';

/** The roles whose users must have a second factor. */
export const rolesWithSecondFactor = query(function* (db: Db, _args: Record<string, never>): Script<Role[]> {
  return yield* rolesRequired(db);
});

export function* rolesRequired(db: Db): Script<Role[]> {
  const row = yield* first(db.selectFrom('settings').select('value').where('key', '=', requiredKey));
  return row ? decodeJson<Role[]>(row.value) : [];
}
