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

/** Unlinks a user from whomever they are at providers, and ends their logins; who is not linked stays as they are. */
export const unlinkOidc = command(['access', 'audit'], function* (db: Db, args: Change & { userId: string }): Script<
  'unlinked' | 'not_found'
> {
  if (!(yield* readUser(db, args.userId))) return 'not_found';
  const gone = yield* dropOidcIdentities(db, args.userId);
  if (!gone) return 'unlinked';
  yield* revokeTokensOf(db, args);
  yield* recordAudit(db, {
    ...args,
    action: 'oidc.unlinked',
    object: { kind: 'user', id: args.userId },
    facts: { issuer: gone.issuer },
    personal: { subject: gone.subject },
  });
  return 'unlinked';
});

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
