import { byServer } from '../../contract/audit.ts';
import { command } from '../command.ts';
import { readUser, readUserByEmail } from '../queries/users.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { insertLogin, type NewLogin } from './login-tokens.ts';
import { matchOidcGroups } from './oidc-groups.ts';
import { insertOidcIdentity, type OidcIdentity } from './oidc-identities.ts';
import { recordAudit } from './record-audit.ts';
import { createUser } from './users.ts';

export type SignInByOidcArgs = NewLogin &
  OidcIdentity & {
    /** The groups the provider names; undefined where groups are none of its business. */
    groupNames?: readonly string[];
    /** Whom to make where nobody is linked; undefined where nobody signs up by themself. */
    newUser?: { userId: string; username: string; displayName: string; email?: string };
    at: string;
  };

/** Stores a login of whoever is linked to somebody at the provider, with the memberships that its groups give. `unknown`: nobody is linked;
 *  `inactive`: the user is deactivated; `name_taken`: the new user's name is another's, which is no reason to become them. The login is
 *  not limited: a second factor is the provider's to ask for. */
export const signInByOidc = command(
  ['access', 'knowledge', 'sharing', 'sessions', 'log', 'turns', 'audit'],
  function* (db: Db, args: SignInByOidcArgs): Script<'signed_in' | 'unknown' | 'inactive' | 'name_taken'> {
    const known = yield* first(
      db
        .selectFrom('oidc_identities')
        .select('user_id')
        .where('issuer', '=', args.issuer)
        .where('subject', '=', args.subject),
    );
    if (!known && !args.newUser) return 'unknown';
    if (!known && (yield* signUp(db, args)) === 'name_taken') return 'name_taken';
    const user = yield* readUser(db, known?.user_id ?? args.newUser?.userId ?? '');
    if (!user) return 'unknown';
    const at = { at: args.at, object: { kind: 'user' as const, id: user.id } };
    const personal = { address: args.address, user_agent: args.userAgent };
    if (user.is_active === 0) {
      yield* recordAudit(db, {
        ...at,
        by: byServer,
        action: 'user.sign_in_refused',
        facts: { by_oidc: true },
        personal,
      });
      return 'inactive';
    }
    yield* run(db.updateTable('users').set({ last_login_at: args.at }).where('id', '=', user.id));
    yield* run(db.deleteFrom('login_tokens').where('user_id', '=', user.id).where('expires_at', '<=', args.at));
    yield* insertLogin(db, { ...args, userId: user.id, limitedTo: null });
    yield* recordAudit(db, {
      ...at,
      by: { userId: user.id },
      action: 'user.signed_in',
      facts: { login_id: args.tokenId, by_oidc: true },
      personal,
    });
    if (args.groupNames) {
      yield* matchOidcGroups(db, { userId: user.id, names: args.groupNames, at: args.at });
    }
    return 'signed_in';
  },
);

/** Makes a member without a password, linked to whoever signs in. An address that somebody has is theirs: it is left out. */
function* signUp(db: Db, args: SignInByOidcArgs): Script<'signed_up' | 'name_taken'> {
  if (!args.newUser) return 'signed_up';
  const by = { userId: args.newUser.userId };
  const { email, ...named } = args.newUser;
  const isFree = email !== undefined && !(yield* readUserByEmail(db, email));
  const user = { ...named, ...(isFree && { email }), role: 'member', passwordHash: '', at: args.at, by } as const;
  if ((yield* createUser.run(db, user)) !== 'created') return 'name_taken';
  yield* insertOidcIdentity(db, { ...args, userId: user.userId });
  yield* recordAudit(db, {
    at: args.at,
    by,
    action: 'oidc.linked',
    object: { kind: 'user', id: user.userId },
    facts: { issuer: args.issuer, signed_up: true },
    personal: { subject: args.subject },
  });
  return 'signed_up';
}
