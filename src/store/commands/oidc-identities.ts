import { command } from '../command.ts';
import { readUser } from '../queries/users.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { revokeTokensOf } from './login-tokens.ts';
import { type Change, recordAudit } from './record-audit.ts';

/** Somebody as the provider knows them. Names and addresses are none: others may come to have them. */
export type OidcIdentity = { issuer: string; subject: string };

/** Links somebody at the provider to a user. `taken`: they are another user's; `other_linked`: the user is linked to somebody else there. */
export const linkOidc = command(['audit'], function* (db: Db, args: Change & OidcIdentity & { userId: string }): Script<
  'linked' | 'taken' | 'other_linked'
> {
  const known = yield* first(
    db
      .selectFrom('oidc_identities')
      .select('user_id')
      .where('issuer', '=', args.issuer)
      .where('subject', '=', args.subject),
  );
  if (known) return known.user_id === args.userId ? 'linked' : 'taken';
  const other = yield* first(
    db
      .selectFrom('oidc_identities')
      .select('subject')
      .where('user_id', '=', args.userId)
      .where('issuer', '=', args.issuer),
  );
  if (other) return 'other_linked';
  yield* insertOidcIdentity(db, args);
  yield* recordAudit(db, {
    ...args,
    action: 'oidc.linked',
    object: { kind: 'user', id: args.userId },
    facts: { issuer: args.issuer },
    personal: { subject: args.subject },
  });
  return 'linked';
});

/** A user's end of their own link, by the password they come in with from then on: nothing else ends. `refused` when the account ended or has
 *  another password since that one was checked; again is no error. */
export const unlinkOwnOidc = command(
  ['audit'],
  function* (
    db: Db,
    args: Change & {
      userId: string;
      /** The stored hash the password was checked against. */
      verifiedHash: string;
    },
  ): Script<'unlinked' | 'refused'> {
    const user = yield* first(
      db
        .selectFrom('users')
        .select('id')
        .where('id', '=', args.userId)
        .where('password_hash', '=', args.verifiedHash)
        .where('is_active', '=', 1)
        .where('deleted_at', 'is', null),
    );
    if (!user) return 'refused';
    yield* unlink(db, args);
    return 'unlinked';
  },
);

/** Unlinks a user from whomever they are at providers, and ends their logins; who is not linked stays as they are. */
export const unlinkOidc = command(['access', 'audit'], function* (db: Db, args: Change & { userId: string }): Script<
  'unlinked' | 'not_found'
> {
  if (!(yield* readUser(db, args.userId))) return 'not_found';
  if (yield* unlink(db, args)) yield* revokeTokensOf(db, args);
  return 'unlinked';
});

/** Gives whether there was something to unlink. */
function* unlink(db: Db, args: Change & { userId: string }): Script<boolean> {
  const gone = yield* dropOidcIdentities(db, args.userId);
  if (!gone) return false;
  yield* recordAudit(db, {
    ...args,
    action: 'oidc.unlinked',
    object: { kind: 'user', id: args.userId },
    facts: { issuer: gone.issuer },
    personal: { subject: gone.subject },
  });
  return true;
}

export function* insertOidcIdentity(db: Db, args: OidcIdentity & { userId: string; at: string }): Script<void> {
  yield* run(
    db
      .insertInto('oidc_identities')
      .values({ issuer: args.issuer, subject: args.subject, user_id: args.userId, linked_at: args.at }),
  );
}

/** Gives one of those there were. */
export function* dropOidcIdentities(db: Db, userId: string): Script<OidcIdentity | undefined> {
  return yield* first(db.deleteFrom('oidc_identities').where('user_id', '=', userId).returning(['issuer', 'subject']));
}
