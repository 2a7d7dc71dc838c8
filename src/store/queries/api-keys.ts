import type { ApiScope } from '../../contract/account.ts';
import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { type UserRecord, users } from './users.ts';

export type KeyUser = UserRecord & { key_id: string; scopes: ApiScope[]; key_used_at: string | null };

/** Who a key acts for: only while it is neither revoked nor expired (`now`), and its user is active. Unique index on key_hash. */
export const userForKey = query(function* (
  db: Db,
  args: { keyHash: string; now: string },
): Script<KeyUser | undefined> {
  const found = yield* first(
    users(db)
      .innerJoin('api_keys as k', 'k.user_id', 'users.id')
      .select(['k.id as key_id', 'k.scopes', 'k.last_used_at as key_used_at'])
      .where('k.key_hash', '=', args.keyHash)
      .where('k.revoked_at', 'is', null)
      .where('k.expires_at', '>', args.now)
      .where('users.is_active', '=', 1),
  );
  return found && { ...found, scopes: decodeJson<ApiScope[]>(found.scopes) };
});

export type ApiKeyRecord = {
  id: string;
  name: string;
  hint: string;
  scopes: ApiScope[];
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
};

/** More than anybody has; the oldest are left out. */
const maxListed = 500;

/** The keys of a user that were not revoked, expired ones too, newest first. Index: api_keys_user. */
export const apiKeysOf = query(function* (db: Db, args: { userId: string }): Script<ApiKeyRecord[]> {
  const keys = yield* all(
    db
      .selectFrom('api_keys')
      .select(['id', 'name', 'hint', 'scopes', 'created_at', 'expires_at', 'last_used_at'])
      .where('user_id', '=', args.userId)
      .where('revoked_at', 'is', null)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(maxListed),
  );
  return keys.map((key) => ({ ...key, scopes: decodeJson<ApiScope[]>(key.scopes) }));
});
