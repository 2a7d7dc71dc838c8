import type { ApiScope } from '../../contract/account.ts';
import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { readUser } from '../queries/users.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { type Change, recordAudit } from './record-audit.ts';

export type CreateApiKeyArgs = Change & {
  keyId: string;
  /** SHA-256 of the key, lower-case hex. */
  keyHash: string;
  /** How it begins. */
  hint: string;
  userId: string;
  name: string;
  scopes: readonly ApiScope[];
  expiresAt: string;
  maxKeys: number;
};

/** Stores a key. */
export const createApiKey = command(['audit'], function* (db: Db, args: CreateApiKeyArgs): Script<
  'created' | 'too_many'
> {
  const live = yield* all(
    db
      .selectFrom('api_keys')
      .select('id')
      .where('user_id', '=', args.userId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', args.at),
  );
  if (live.length >= args.maxKeys) return 'too_many';
  yield* run(
    db.insertInto('api_keys').values({
      id: args.keyId,
      key_hash: args.keyHash,
      hint: args.hint,
      user_id: args.userId,
      name: args.name,
      scopes: encodeJson(args.scopes),
      created_at: args.at,
      expires_at: args.expiresAt,
      last_used_at: null,
      revoked_at: null,
    }),
  );
  yield* recordAudit(db, {
    ...args,
    action: 'api_key.created',
    object: { kind: 'api_key', id: args.keyId },
    facts: { user_id: args.userId, scopes: args.scopes, expires_at: args.expiresAt },
    personal: { name: args.name },
  });
  return 'created';
});

/** Ends one key of a user, expired ones too: it is listed no more. */
export const revokeApiKey = command(
  ['access', 'audit'],
  function* (db: Db, args: Change & { userId: string; keyId: string }): Script<'revoked' | 'not_found'> {
    if (!(yield* readUser(db, args.userId))) return 'not_found';
    const key = yield* first(
      db
        .updateTable('api_keys')
        .set({ revoked_at: args.at })
        .where('id', '=', args.keyId)
        .where('user_id', '=', args.userId)
        .where('revoked_at', 'is', null)
        .returning('id'),
    );
    if (!key) return 'not_found';
    yield* recordAudit(db, {
      ...args,
      action: 'api_key.revoked',
      object: { kind: 'api_key', id: args.keyId },
      facts: { user_id: args.userId },
    });
    return 'revoked';
  },
);

/** Ends every key of a user. */
export function* revokeKeysOf(db: Db, args: { userId: string; at: string }): Script<void> {
  yield* run(
    db
      .updateTable('api_keys')
      .set({ revoked_at: args.at })
      .where('user_id', '=', args.userId)
      .where('revoked_at', 'is', null),
  );
}

/** Notes the use of a key, unless one after `notSince` is noted already. */
export const touchApiKey = command(
  [],
  function* (db: Db, args: { keyId: string; at: string; notSince: string }): Script<void> {
    yield* run(
      db
        .updateTable('api_keys')
        .set({ last_used_at: args.at })
        .where('id', '=', args.keyId)
        .where('revoked_at', 'is', null)
        .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', args.notSince)])),
    );
  },
);
