import type { Role } from '../../contract/auth.ts';
import { command } from '../command.ts';
import { mayUsePassword } from '../queries/password-rule.ts';
import { adoptedKey } from '../queries/sealing-key.ts';
import { requiredKey, rolesRequired } from '../queries/second-factors.ts';
import { readUser } from '../queries/users.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { revokeKeysOf } from './api-keys.ts';
import { insertLogin, type NewLogin, revokeTokensOf } from './login-tokens.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { dropSecondFactor, hasSecondFactor, type SecondFactorProof, useProof } from './second-factor-proof.ts';
import { storeSetting } from './settings.ts';

/** Stores the secret of an app that is to be confirmed, in the place of one that never was.
 *  `other_key`: it was not sealed with the key the store has adopted, and could not be opened later. */
export const beginSecondFactor = command(
  [],
  function* (
    db: Db,
    args: Change & { userId: string; secret: string; keyId: string },
  ): Script<'begun' | 'already_on' | 'other_key' | 'not_found'> {
    if ((yield* adoptedKey(db)) !== args.keyId) return 'other_key';
    if (!(yield* readUser(db, args.userId))) return 'not_found';
    const pending = { secret: args.secret, last_step: 0, created_at: args.at, confirmed_at: null };
    const begun = yield* first(
      db
        .insertInto('second_factors')
        .values({ user_id: args.userId, ...pending })
        .onConflict((conflict) =>
          conflict.column('user_id').doUpdateSet(pending).where('second_factors.confirmed_at', 'is', null),
        )
        .returning('user_id'),
    );
    return begun ? 'begun' : 'already_on';
  },
);

/** Turns the second factor on by the first code of the app whose secret that is. Every login of the user ends; the new one takes the place of the one it was done with.
 *  `passwords_off`: the user's role signs in by the provider alone, which asks for none, and a login is begun by nothing else. */
export const confirmSecondFactor = command(
  ['access', 'audit'],
  function* (
    db: Db,
    args: Change & { userId: string; secret: string; step: number; codeHashes: readonly string[]; login: NewLogin },
  ): Script<'confirmed' | 'refused' | 'passwords_off'> {
    const user = yield* readUser(db, args.userId);
    if (user && !(yield* mayUsePassword(db, user.role))) return 'passwords_off';
    const on = yield* first(
      db
        .updateTable('second_factors')
        .set({ confirmed_at: args.at, last_step: args.step })
        .where('user_id', '=', args.userId)
        .where('secret', '=', args.secret)
        .where('confirmed_at', 'is', null)
        .returning('user_id'),
    );
    if (!on) return 'refused';
    yield* putRecoveryCodes(db, args);
    yield* revokeTokensOf(db, args);
    yield* insertLogin(db, { ...args.login, userId: args.userId, at: args.at, limitedTo: null });
    yield* record(db, args, 'second_factor.turned_on');
    return 'confirmed';
  },
);

/** Gives new recovery codes; the ones before are void. */
export const renewRecoveryCodes = command(
  ['audit'],
  function* (
    db: Db,
    args: Change & { userId: string; proof: SecondFactorProof; codeHashes: readonly string[] },
  ): Script<'renewed' | 'refused'> {
    if (!(yield* useProof(db, args))) return 'refused';
    yield* putRecoveryCodes(db, args);
    yield* record(db, args, 'second_factor.codes_renewed');
    return 'renewed';
  },
);

/** Turns it off for the user themself, with a code of it. Every login of theirs ends; the new one takes the place of the one it was done with. `required`: the user’s role must have one.
 *  `passwords_off`: as above. */
export const turnOffSecondFactor = command(
  ['access', 'audit'],
  function* (
    db: Db,
    args: Change & { userId: string; proof: SecondFactorProof; login: NewLogin },
  ): Script<'off' | 'refused' | 'required' | 'passwords_off'> {
    const user = yield* readUser(db, args.userId);
    if (!user) return 'refused';
    if (!(yield* mayUsePassword(db, user.role))) return 'passwords_off';
    if ((yield* rolesRequired(db)).includes(user.role)) return 'required';
    if (!(yield* useProof(db, args))) return 'refused';
    yield* dropSecondFactor(db, args.userId);
    yield* revokeTokensOf(db, args);
    yield* insertLogin(db, { ...args.login, userId: args.userId, at: args.at, limitedTo: null });
    yield* record(db, args, 'second_factor.turned_off');
    return 'off';
  },
);

/** Takes it from a user who has lost it, and ends every login and key of theirs. Where there is none, nothing changes. */
export const removeSecondFactor = command(
  ['access', 'audit'],
  function* (db: Db, args: Change & { userId: string }): Script<'removed' | 'not_found'> {
    if (!(yield* readUser(db, args.userId))) return 'not_found';
    if (!(yield* dropSecondFactor(db, args.userId))) return 'removed';
    yield* revokeTokensOf(db, args);
    yield* revokeKeysOf(db, args);
    yield* record(db, args, 'second_factor.removed');
    return 'removed';
  },
);

/** Says which roles must have a second factor. Logins and keys of users who must and have none end: their next login reaches the enrolment alone.
 *  `own_first`: whoever requires it of their own role has one already. */
export const requireSecondFactor = command(
  ['access', 'audit'],
  function* (db: Db, args: Change & { userId: string; roles: readonly Role[] }): Script<'required' | 'own_first'> {
    const user = yield* readUser(db, args.userId);
    const isOwn = user !== undefined && args.roles.includes(user.role);
    if (isOwn && !(yield* hasSecondFactor(db, user.id))) return 'own_first';
    const before = yield* rolesRequired(db);
    if (before.length === args.roles.length && before.every((role) => args.roles.includes(role))) return 'required';
    yield* storeSetting(db, { key: requiredKey, value: args.roles, at: args.at });
    if (args.roles.length > 0) {
      const without = usersWithout(db, args.roles);
      const ended = { revoked_at: args.at };
      yield* run(
        db
          .updateTable('login_tokens')
          .set(ended)
          .where('revoked_at', 'is', null)
          .where('limited_to', 'is', null)
          .where('user_id', 'in', without),
      );
      yield* run(db.updateTable('api_keys').set(ended).where('revoked_at', 'is', null).where('user_id', 'in', without));
    }
    yield* recordAudit(db, {
      ...args,
      action: 'second_factor.required',
      object: { kind: 'setting', id: requiredKey },
      facts: { roles: args.roles },
    });
    return 'required';
  },
);

/** Users of these roles who have no second factor. */
function usersWithout(db: Db, roles: readonly Role[]) {
  return db
    .selectFrom('users as u')
    .leftJoin('second_factors as f', (join) =>
      join.onRef('f.user_id', '=', 'u.id').on('f.confirmed_at', 'is not', null),
    )
    .select('u.id')
    .where('u.role', 'in', roles)
    .where('f.user_id', 'is', null);
}

function* putRecoveryCodes(db: Db, args: { userId: string; codeHashes: readonly string[] }): Script<void> {
  yield* run(db.deleteFrom('recovery_codes').where('user_id', '=', args.userId));
  const rows = args.codeHashes.map((hash) => ({ user_id: args.userId, code_hash: hash, used_at: null }));
  yield* run(db.insertInto('recovery_codes').values(rows));
}

type Recorded =
  | 'second_factor.turned_on'
  | 'second_factor.turned_off'
  | 'second_factor.removed'
  | 'second_factor.codes_renewed';

function* record(db: Db, args: Change & { userId: string }, action: Recorded): Script<void> {
  yield* recordAudit(db, { at: args.at, by: args.by, action, object: { kind: 'user', id: args.userId } });
}
