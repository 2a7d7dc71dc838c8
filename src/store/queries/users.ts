import { sql } from 'kysely';
import type { Role } from '../../contract/auth.ts';
import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { contains } from './contains.ts';

/** A user who is not deleted, without the password's hash. */
export type UserRecord = {
  id: string;
  username: string;
  display_name: string;
  email: string | null;
  role: Role;
  is_active: number;
  created_at: string;
  last_login_at: string | null;
  has_second_factor: number;
};

const userColumns = [
  'users.id',
  'users.username',
  'users.display_name',
  'users.email',
  'users.role',
  'users.is_active',
  'users.created_at',
  'users.last_login_at',
] as const;

export function users(db: Db) {
  return db
    .selectFrom('users')
    .select(userColumns)
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('second_factors as f')
            .select('f.user_id')
            .whereRef('f.user_id', '=', 'users.id')
            .where('f.confirmed_at', 'is not', null),
        )
        .$castTo<number>()
        .as('has_second_factor'),
    )
    .$narrowType<{ role: Role }>()
    .where('users.deleted_at', 'is', null);
}

export function* readUser(db: Db, userId: string): Script<UserRecord | undefined> {
  return yield* first(users(db).where('users.id', '=', userId));
}

/** One user; undefined when there is none or it was deleted. */
export const userById = query(function* (db: Db, args: { userId: string }): Script<UserRecord | undefined> {
  return yield* readUser(db, args.userId);
});

/** Ids of the corpora a person chose last. They may be gone, or not theirs to read any more. */
export const defaultCorporaOf = query(function* (db: Db, args: { userId: string }): Script<string[]> {
  const user = yield* first(db.selectFrom('users').select('default_corpora').where('id', '=', args.userId));
  return decodeJson<string[]>(user?.default_corpora ?? '[]');
});

/** The user a person names at sign-in, in any case, with the hash of the password. */
export const userByName = query(function* (
  db: Db,
  args: { username: string },
): Script<(UserRecord & { password_hash: string }) | undefined> {
  return yield* first(
    users(db).select('users.password_hash').where('users.username_key', '=', args.username.toLowerCase()),
  );
});

/** The one user who has an address, in any case. */
export function* readUserByEmail(db: Db, email: string): Script<UserRecord | undefined> {
  return yield* first(users(db).where(sql`lower(users.email)`, '=', email.toLowerCase()));
}

/** Whether a user was ever made. */
export const hasUsers = query(function* (db: Db, _args: Record<string, never>): Script<boolean> {
  return (yield* first(db.selectFrom('users').select('id').limit(1))) !== undefined;
});

export type LoginRecord = UserRecord & {
  token_id: string;
  last_used_at: string;
  expires_at: string;
  limited_to: string | null;
};

/** Who a login token stands for: only while the token is neither revoked, expired (`now`) nor unused since `idleSince`, and its user is
 *  active. Unique index on token_hash. */
export const userForToken = query(function* (
  db: Db,
  args: { tokenHash: string; now: string; idleSince: string },
): Script<LoginRecord | undefined> {
  return yield* first(
    users(db)
      .innerJoin('login_tokens as t', 't.user_id', 'users.id')
      .select(['t.id as token_id', 't.last_used_at', 't.expires_at', 't.limited_to'])
      .where('t.token_hash', '=', args.tokenHash)
      .where('t.revoked_at', 'is', null)
      .where('t.expires_at', '>', args.now)
      .where('t.last_used_at', '>', args.idleSince)
      .where('users.is_active', '=', 1),
  );
});

/** Users in the order of their names, keyset-paged by `afterKey` (a name in lower case). `q` is looked for in both names and in the address. Index: the unique one on username_key. */
export const listUsers = query(function* (
  db: Db,
  args: { q?: string; afterKey?: string; limit: number },
): Script<UserRecord[]> {
  let list = users(db).orderBy('users.username_key').limit(args.limit);
  const { q, afterKey } = args;
  if (afterKey !== undefined) list = list.where('users.username_key', '>', afterKey);
  if (q !== undefined) {
    const found = (column: string) => contains(column, q);
    const columns = ['users.username', 'users.display_name', 'users.email'];
    list = list.where((eb) => eb.or(columns.map(found)));
  }
  return yield* all(list);
});
