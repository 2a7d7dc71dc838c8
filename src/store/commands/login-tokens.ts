import type { By } from '../../contract/audit.ts';
import { command } from '../command.ts';
import { mayUsePassword } from '../queries/password-rule.ts';
import { rolesRequired } from '../queries/second-factors.ts';
import { readUser } from '../queries/users.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { hasSecondFactor, type SecondFactorProof, useProof } from './second-factor-proof.ts';

export type NewLogin = {
  tokenId: string;
  /** SHA-256 of the token, lower-case hex. */
  tokenHash: string;
  expiresAt: string;
  userAgent: string;
  address: string;
};

export type PutLoginTokenArgs = NewLogin & {
  userId: string;
  /** The stored hash the password was checked against. */
  verifiedHash: string;
  /** Replaces it, when it was made with weaker parameters. */
  newHash?: string;
  /** A code of the second factor, which a user who has one needs. */
  proof?: SecondFactorProof;
  /** Wrong passwords or codes for this account just before, as far as this process knows. */
  failuresBefore?: number;
  at: string;
};

/** Stores a login. `refused` when the user was deactivated, deleted or given another password since the password was checked, or has a
 *  second factor and its proof is missing or used up. `limited`: the user must have a second factor and has none; the login reaches the
 *  enrolment alone. `passwords_off`: the user's role signs in by the provider alone. The user's expired tokens are removed. */
export const putLoginToken = command(['audit'], function* (db: Db, args: PutLoginTokenArgs): Script<
  'stored' | 'limited' | 'refused' | 'passwords_off'
> {
  const known = yield* readUser(db, args.userId);
  if (known && !(yield* mayUsePassword(db, known.role))) return 'passwords_off';
  const isOn = yield* hasSecondFactor(db, args.userId);
  if (isOn && !(args.proof && (yield* useProof(db, { ...args, proof: args.proof })))) return 'refused';
  const user = yield* first(
    db
      .updateTable('users')
      .set({ last_login_at: args.at, ...(args.newHash !== undefined && { password_hash: args.newHash }) })
      .where('id', '=', args.userId)
      .where('password_hash', '=', args.verifiedHash)
      .where('is_active', '=', 1)
      .where('deleted_at', 'is', null)
      .returning('role'),
  );
  if (!user) return 'refused';
  const isLimited = !isOn && (yield* rolesRequired(db)).some((role) => role === user.role);
  yield* run(db.deleteFrom('login_tokens').where('user_id', '=', args.userId).where('expires_at', '<=', args.at));
  yield* insertLogin(db, { ...args, limitedTo: isLimited ? 'enrolment' : null });
  yield* recordAudit(db, {
    at: args.at,
    by: { userId: args.userId },
    action: 'user.signed_in',
    object: { kind: 'user', id: args.userId },
    facts: {
      login_id: args.tokenId,
      ...(args.failuresBefore !== undefined && { failures_before: args.failuresBefore }),
    },
    personal: { address: args.address, user_agent: args.userAgent },
  });
  return isLimited ? 'limited' : 'stored';
});

export function* insertLogin(
  db: Db,
  args: NewLogin & { userId: string; at: string; limitedTo: 'enrolment' | null },
): Script<void> {
  yield* run(
    db.insertInto('login_tokens').values({
      id: args.tokenId,
      token_hash: args.tokenHash,
      user_id: args.userId,
      created_at: args.at,
      expires_at: args.expiresAt,
      last_used_at: args.at,
      user_agent: args.userAgent,
      address: args.address,
      revoked_at: null,
      limited_to: args.limitedTo,
    }),
  );
}

/** Ends logins of one user: `only` this one, or all, `except` one. Gives how many ended. */
export const revokeLogins = command(
  ['access', 'audit'],
  function* (db: Db, args: Change & { userId: string; only?: string; except?: string }): Script<number | 'not_found'> {
    if (!(yield* readUser(db, args.userId))) return 'not_found';
    let logins = db
      .updateTable('login_tokens')
      .set({ revoked_at: args.at })
      .where('user_id', '=', args.userId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', args.at);
    if (args.only !== undefined) logins = logins.where('id', '=', args.only);
    if (args.except !== undefined) logins = logins.where('id', '<>', args.except);
    const ended = (yield* all(logins.returning('id'))).map(({ id }) => id);
    if (ended.length === 0) return 0;
    yield* recordAudit(db, {
      ...args,
      action: 'login.revoked',
      object: { kind: 'user', id: args.userId },
      facts: { login_ids: ended },
    });
    return ended.length;
  },
);

/** Ends one login, by its own user. Ending it again changes nothing. */
export const revokeLoginToken = command(
  ['access', 'audit'],
  function* (db: Db, args: { tokenId: string; at: string }): Script<void> {
    const ended = yield* first(
      db
        .updateTable('login_tokens')
        .set({ revoked_at: args.at })
        .where('id', '=', args.tokenId)
        .where('revoked_at', 'is', null)
        .returning('user_id'),
    );
    if (!ended) return;
    const by: By = { userId: ended.user_id };
    yield* recordAudit(db, {
      at: args.at,
      by,
      action: 'user.signed_out',
      object: { kind: 'user', id: ended.user_id },
      facts: { login_id: args.tokenId },
    });
  },
);

/** Ends every login of a user, and what was begun through them and not finished: the link that was to set a new password, and the secret of
 *  an authenticator app that is not on yet. */
export function* revokeTokensOf(db: Db, args: { userId: string; at: string }): Script<void> {
  yield* run(
    db
      .updateTable('login_tokens')
      .set({ revoked_at: args.at })
      .where('user_id', '=', args.userId)
      .where('revoked_at', 'is', null),
  );
  yield* run(db.deleteFrom('one_time_links').where('user_id', '=', args.userId));
  yield* run(db.deleteFrom('second_factors').where('user_id', '=', args.userId).where('confirmed_at', 'is', null));
}

/** Notes the use of a login, unless one after `notSince` is noted already. */
export const touchLoginToken = command(
  [],
  function* (db: Db, args: { tokenId: string; at: string; notSince: string }): Script<void> {
    yield* run(
      db
        .updateTable('login_tokens')
        .set({ last_used_at: args.at })
        .where('id', '=', args.tokenId)
        .where('revoked_at', 'is', null)
        .where('last_used_at', '<', args.notSince),
    );
  },
);
