import type { Role } from '../../contract/auth.ts';
import { command } from '../command.ts';
import { decodeJson, encodeJson } from '../json.ts';
import { openLinks } from '../queries/one-time-links.ts';
import { mayUsePassword } from '../queries/password-rule.ts';
import { readUser, readUserByEmail } from '../queries/users.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { revokeKeysOf } from './api-keys.ts';
import { revokeTokensOf } from './login-tokens.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { settleMembers } from './settle-members.ts';
import { createUser } from './users.ts';

/** Invitations that are open or expired, in all; more are refused. */
const maxInvitations = 500;

export type NewLink = { id: string; tokenHash: string; expiresAt: string };

/** Stores an invitation. `not_found`: one of the groups is not there. `email_taken`: a user has the address. `passwords_off`: the role has
 *  no password to choose. */
export const createInvitation = command(
  ['audit'],
  function* (
    db: Db,
    args: Change &
      NewLink & {
        username: string | null;
        email: string | null;
        role: Role;
        groupIds: readonly string[];
        createdBy: string;
      },
  ): Script<'created' | 'name_taken' | 'email_taken' | 'not_found' | 'too_many' | 'passwords_off'> {
    if (!(yield* mayUsePassword(db, args.role))) return 'passwords_off';
    if (args.username !== null && (yield* isTaken(db, args.username))) return 'name_taken';
    if (args.email !== null && (yield* readUserByEmail(db, args.email))) return 'email_taken';
    for (const groupId of args.groupIds) {
      if (!(yield* groupExists(db, groupId))) return 'not_found';
    }
    if ((yield* countInvitations(db)) >= maxInvitations) return 'too_many';
    yield* run(
      db.insertInto('one_time_links').values({
        id: args.id,
        purpose: 'invitation',
        token_hash: args.tokenHash,
        user_id: null,
        username: args.username,
        role: args.role,
        group_ids: encodeJson(args.groupIds),
        email: args.email,
        created_by: args.createdBy,
        created_at: args.at,
        expires_at: args.expiresAt,
      }),
    );
    yield* recordAudit(db, {
      ...args,
      action: 'invitation.created',
      object: { kind: 'invitation', id: args.id },
      facts: { role: args.role, group_ids: args.groupIds },
      ...((args.username !== null || args.email !== null) && {
        personal: {
          ...(args.username !== null && { username: args.username }),
          ...(args.email !== null && { email: args.email }),
        },
      }),
    });
    return 'created';
  },
);

/** Gives an invitation another link, which is from then on whoever gives it: the one before opens nothing any more. */
export const renewInvitation = command(
  ['audit'],
  function* (db: Db, args: Change & NewLink & { createdBy: string }): Script<'renewed' | 'not_found'> {
    const renewed = yield* first(
      db
        .updateTable('one_time_links')
        .set({ token_hash: args.tokenHash, expires_at: args.expiresAt, created_by: args.createdBy })
        .where('id', '=', args.id)
        .where('purpose', '=', 'invitation')
        .returning('id'),
    );
    if (!renewed) return 'not_found';
    yield* recordAudit(db, { ...args, action: 'invitation.renewed', object: { kind: 'invitation', id: args.id } });
    return 'renewed';
  },
);

/** Takes an invitation back. */
export const withdrawInvitation = command(['audit'], function* (db: Db, args: Change & { id: string }): Script<
  'withdrawn' | 'not_found'
> {
  const gone = yield* first(
    db.deleteFrom('one_time_links').where('id', '=', args.id).where('purpose', '=', 'invitation').returning('id'),
  );
  if (!gone) return 'not_found';
  yield* recordAudit(db, { ...args, action: 'invitation.withdrawn', object: { kind: 'invitation', id: args.id } });
  return 'withdrawn';
});

export type AcceptInvitationArgs = {
  tokenHash: string;
  userId: string;
  /** What the invitation leaves open; it is the invitation's own where that has one. */
  username: string;
  displayName: string;
  passwordHash: string;
  at: string;
};

/** Makes the invited user, and uses the link up. `name_taken` leaves it open, for another name. Groups that are gone are left
 *  out, and so is an address that somebody has meanwhile. */
export const acceptInvitation = command(['access', 'audit'], function* (db: Db, args: AcceptInvitationArgs): Script<
  'accepted' | 'not_valid' | 'name_taken' | 'passwords_off'
> {
  const link = yield* first(
    openLinks(db, args.at).where('l.token_hash', '=', args.tokenHash).where('l.purpose', '=', 'invitation'),
  );
  if (!link?.role || (link.username !== null && link.username !== args.username)) return 'not_valid';
  if (!(yield* mayUsePassword(db, link.role))) return 'passwords_off';
  const by = { userId: args.userId };
  const { email } = link;
  const isFree = email !== null && !(yield* readUserByEmail(db, email));
  const user = {
    userId: args.userId,
    username: args.username,
    displayName: args.displayName,
    ...(isFree && { email }),
    role: link.role,
    passwordHash: args.passwordHash,
    at: args.at,
    by,
  };
  if ((yield* createUser.run(db, user)) !== 'created') return 'name_taken';
  for (const groupId of decodeJson<string[]>(link.group_ids ?? '[]')) {
    if (!(yield* groupExists(db, groupId))) continue;
    yield* run(
      db
        .insertInto('group_members')
        .values({ group_id: groupId, user_id: args.userId, added_at: args.at })
        .onConflict((conflict) => conflict.columns(['user_id', 'group_id']).doNothing()),
    );
  }
  yield* settleMembers(db, { userIds: [args.userId], at: args.at });
  yield* run(db.deleteFrom('one_time_links').where('id', '=', link.id));
  yield* recordAudit(db, {
    at: args.at,
    by,
    action: 'invitation.accepted',
    object: { kind: 'invitation', id: link.id },
    facts: { user_id: args.userId, role: link.role, invited_by: link.created_by },
  });
  return 'accepted';
});

/** Stores a link that sets a new password of an active user. Those before open nothing any more, the one they asked for neither. */
export const createReset = command(
  ['audit'],
  function* (
    db: Db,
    args: Change & NewLink & { userId: string; createdBy: string },
  ): Script<'created' | 'not_found' | 'inactive' | 'passwords_off'> {
    const user = yield* readUser(db, args.userId);
    if (!user) return 'not_found';
    if (user.is_active === 0) return 'inactive';
    if (!(yield* mayUsePassword(db, user.role))) return 'passwords_off';
    yield* run(db.deleteFrom('one_time_links').where('user_id', '=', args.userId));
    yield* run(
      db.insertInto('one_time_links').values({
        id: args.id,
        purpose: 'reset',
        token_hash: args.tokenHash,
        user_id: args.userId,
        username: null,
        role: null,
        group_ids: null,
        created_by: args.createdBy,
        created_at: args.at,
        expires_at: args.expiresAt,
      }),
    );
    yield* recordAudit(db, { ...args, action: 'user.reset_offered', object: { kind: 'user', id: args.userId } });
    return 'created';
  },
);

/** Sets the password and uses the link up. Every login and key of the user ends; a second factor stays. */
export const useReset = command(
  ['access', 'audit'],
  function* (
    db: Db,
    args: { tokenHash: string; passwordHash: string; at: string },
  ): Script<'reset' | 'not_valid' | 'passwords_off'> {
    const link = yield* first(
      openLinks(db, args.at).where('l.token_hash', '=', args.tokenHash).where('l.purpose', '=', 'reset'),
    );
    const user = link?.user_id ? yield* readUser(db, link.user_id) : undefined;
    if (!link?.user_id || !user) return 'not_valid';
    if (!(yield* mayUsePassword(db, user.role))) return 'passwords_off';
    const of = { userId: link.user_id, at: args.at };
    yield* run(
      db
        .updateTable('users')
        .set({ password_hash: args.passwordHash, updated_at: args.at })
        .where('id', '=', link.user_id),
    );
    yield* revokeTokensOf(db, of);
    yield* revokeKeysOf(db, of);
    yield* recordAudit(db, {
      at: args.at,
      by: { userId: link.user_id },
      action: 'user.password_reset',
      object: { kind: 'user', id: link.user_id },
      facts: { offered_by: link.created_by },
    });
    return 'reset';
  },
);

function* isTaken(db: Db, username: string): Script<boolean> {
  const key = username.toLowerCase();
  return (yield* first(db.selectFrom('users').select('id').where('username_key', '=', key))) !== undefined;
}

function* groupExists(db: Db, groupId: string): Script<boolean> {
  return (yield* first(db.selectFrom('groups').select('id').where('id', '=', groupId))) !== undefined;
}

function* countInvitations(db: Db): Script<number> {
  const counted = yield* first(
    db
      .selectFrom('one_time_links')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('purpose', '=', 'invitation'),
  );
  return counted?.count ?? 0;
}
