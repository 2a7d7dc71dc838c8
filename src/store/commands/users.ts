import { everyoneGroupId } from '../../contract/access.ts';
import type { Role } from '../../contract/auth.ts';
import { command } from '../command.ts';
import { readUser, readUserByEmail, type UserRecord } from '../queries/users.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { revokeKeysOf } from './api-keys.ts';
import { putEveryone } from './builtins.ts';
import { dropBudget } from './drop-budget.ts';
import { revokeTokensOf } from './login-tokens.ts';
import { dropOidcIdentities } from './oidc-identities.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { dropSecondFactor } from './second-factor-proof.ts';
import { settleMembers } from './settle-members.ts';
import { cancelTurnsOf } from './turn-end.ts';

export type CreateUserArgs = Change & {
  userId: string;
  username: string;
  displayName: string;
  email?: string | undefined;
  role: Role;
  passwordHash: string;
};

/** Makes a user, a member of the group `everyone`. */
export const createUser = command(['access', 'audit'], function* (db: Db, args: CreateUserArgs): Script<
  'created' | 'name_taken' | 'email_taken'
> {
  if (args.email !== undefined && (yield* readUserByEmail(db, args.email))) return 'email_taken';
  const made = yield* first(
    db
      .insertInto('users')
      .values({
        id: args.userId,
        username: args.username,
        username_key: usernameKey(args.username),
        display_name: args.displayName,
        email: args.email ?? null,
        role: args.role,
        password_hash: args.passwordHash,
        is_active: 1,
        created_at: args.at,
        updated_at: args.at,
        last_login_at: null,
        deleted_at: null,
      })
      .onConflict((conflict) => conflict.column('username_key').doNothing())
      .returning('id'),
  );
  if (!made) return 'name_taken';
  yield* putEveryone(db, args.at);
  yield* run(
    db.insertInto('group_members').values({ group_id: everyoneGroupId, user_id: args.userId, added_at: args.at }),
  );
  yield* settleMembers(db, { userIds: [args.userId], at: args.at });
  yield* recordAudit(db, {
    ...args,
    action: 'user.created',
    object: { kind: 'user', id: args.userId },
    facts: { role: args.role },
    personal: {
      username: args.username,
      display_name: args.displayName,
      ...(args.email !== undefined && { email: args.email }),
    },
  });
  return 'created';
});

/** Makes the first administrator while no user exists, deleted ones included; of two processes that try, one does. */
export const ensureFirstAdministrator = command(
  ['access', 'audit'],
  function* (db: Db, args: Omit<CreateUserArgs, 'role' | 'email'>): Script<'created' | 'exists'> {
    yield* holdAdministrators(db, args.at);
    const any = yield* first(db.selectFrom('users').select('id').limit(1));
    if (any) return 'exists';
    yield* createUser.run(db, { ...args, role: 'administrator' });
    return 'created';
  },
);

export type PatchUserArgs = Change & {
  userId: string;
  changes: { displayName?: string; email?: string | null; role?: Role; isActive?: boolean; passwordHash?: string };
};

export type PatchUserOutcome =
  | { outcome: 'updated'; user: UserRecord }
  | { outcome: 'not_found' }
  | { outcome: 'email_taken' }
  | { outcome: 'last_administrator' };

/** Changes a user. A new password, another role and deactivation end the user's logins and keys; deactivation also what runs and waits for
 *  them. Another address ends the links for a new password: one may lie in the mailbox that was wrong. The last active administrator keeps role and account. */
export const patchUser = command(
  ['access', 'log', 'sessions', 'turns', 'audit'],
  function* (db: Db, args: PatchUserArgs): Script<PatchUserOutcome> {
    yield* holdAdministrators(db, args.at);
    const user = yield* readUser(db, args.userId);
    if (!user) return { outcome: 'not_found' };
    const { displayName, email, role, isActive, passwordHash } = args.changes;
    const losesRole = role !== undefined && role !== 'administrator';
    if ((losesRole || isActive === false) && (yield* isLastAdministrator(db, user))) {
      return { outcome: 'last_administrator' };
    }
    const other = typeof email === 'string' ? yield* readUserByEmail(db, email) : undefined;
    if (other && other.id !== user.id) return { outcome: 'email_taken' };
    yield* run(
      db
        .updateTable('users')
        .set({
          updated_at: args.at,
          ...(displayName !== undefined && { display_name: displayName }),
          ...(email !== undefined && { email }),
          ...(role !== undefined && { role }),
          ...(isActive !== undefined && { is_active: isActive ? 1 : 0 }),
          ...(passwordHash !== undefined && { password_hash: passwordHash }),
        })
        .where('id', '=', args.userId),
    );
    const changesRole = role !== undefined && role !== user.role;
    if (changesRole || isActive === false || passwordHash !== undefined) yield* endAccessOf(db, args);
    if (isActive === false) yield* cancelTurnsOf(db, { ...args, code: authorGone });
    if (email !== undefined && email !== user.email) {
      yield* run(db.deleteFrom('one_time_links').where('user_id', '=', args.userId));
    }
    const changed = (yield* readUser(db, args.userId)) ?? user;
    yield* recordChanges(db, args, user, changed);
    return { outcome: 'updated', user: changed };
  },
);

/** Deletes a user: the row stays for what it is named in, its logins, keys and turns end, its password and address are forgotten and its name is free. */
export const deleteUser = command(
  ['access', 'sharing', 'log', 'sessions', 'turns', 'audit'],
  function* (db: Db, args: Change & { userId: string }): Script<'deleted' | 'not_found' | 'last_administrator'> {
    yield* holdAdministrators(db, args.at);
    const user = yield* readUser(db, args.userId);
    if (!user) return 'not_found';
    if (yield* isLastAdministrator(db, user)) return 'last_administrator';
    yield* run(
      db
        .updateTable('users')
        .set({
          deleted_at: args.at,
          updated_at: args.at,
          is_active: 0,
          email: null,
          // No username holds a space, so a released key meets no other.
          username_key: `${usernameKey(user.username)} ${user.id}`,
          password_hash: '',
        })
        .where('id', '=', args.userId),
    );
    yield* endAccessOf(db, args);
    yield* cancelTurnsOf(db, { ...args, code: authorGone });
    yield* dropSecondFactor(db, args.userId);
    yield* dropOidcIdentities(db, args.userId);
    yield* dropBudget(db, { kind: 'user', subjectId: args.userId });
    yield* dropGrantsTo(db, args);
    yield* recordAudit(db, {
      ...args,
      action: 'user.deleted',
      object: { kind: 'user', id: user.id },
      facts: { role: user.role },
      personal: {
        username: user.username,
        display_name: user.display_name,
        ...(user.email !== null && { email: user.email }),
      },
    });
    return 'deleted';
  },
);

/** Why a turn ended whose author may not use the product any more. */
export const authorGone = 'author_gone';

/** Ends everything through which a user comes in. */
function* endAccessOf(db: Db, args: { userId: string; at: string }): Script<void> {
  yield* revokeTokensOf(db, args);
  yield* revokeKeysOf(db, args);
}

/** Lets a user who is deleted into no session but their own. */
export function* dropGrantsTo(db: Db, { userId, at }: { userId: string; at: string }): Script<void> {
  yield* run(db.deleteFrom('session_grants').where('subject_kind', '=', 'user').where('subject_id', '=', userId));
  yield* settleMembers(db, { userIds: [userId], at });
}

/** Says which fields have another value. A new password counts as one: nobody sees whether it is the old one. */
function* recordChanges(db: Db, args: PatchUserArgs, was: UserRecord, is: UserRecord): Script<void> {
  const facts = {
    ...(is.role !== was.role && { role: is.role, role_was: was.role }),
    ...(is.is_active !== was.is_active && { is_active: is.is_active === 1 }),
    ...(args.changes.passwordHash !== undefined && { password_changed: true }),
  };
  const isRenamed = is.display_name !== was.display_name;
  const isMoved = is.email !== was.email;
  if (!isRenamed && !isMoved && Object.keys(facts).length === 0) return;
  yield* recordAudit(db, {
    ...args,
    action: 'user.changed',
    object: { kind: 'user', id: was.id },
    facts: {
      ...facts,
      ...(isRenamed && { display_name_changed: true }),
      ...(isMoved && { email_changed: true }),
    },
    personal: {
      username: was.username,
      ...(isRenamed && { display_name: is.display_name, display_name_was: was.display_name }),
      ...(isMoved && { email: is.email, email_was: was.email }),
    },
  });
}

/** One name however it is written. Usernames are ASCII. */
function usernameKey(username: string): string {
  return username.toLowerCase();
}

export function* isLastAdministrator(db: Db, user: UserRecord): Script<boolean> {
  if (user.role !== 'administrator' || user.is_active === 0) return false;
  const other = yield* first(
    db
      .selectFrom('users')
      .select('id')
      .where('role', '=', 'administrator')
      .where('is_active', '=', 1)
      .where('deleted_at', 'is', null)
      .where('id', '<>', user.id)
      .limit(1),
  );
  return other === undefined;
}

/** Lets one command at a time decide about administrators where commands run side by side: the row's lock is held to the commit. */
export function* holdAdministrators(db: Db, at: string): Script<void> {
  yield* run(
    db
      .insertInto('settings')
      .values({ key: 'identity.administrators', value: 'null', updated_at: at })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ updated_at: at })),
  );
}
