import { query } from '../command.ts';
import { type Db, first, type Script } from '../script.ts';

/** Since when a user is linked to somebody at this provider; undefined for one who is not. Unique index on both. */
export const oidcLinkOf = query(function* (
  db: Db,
  args: { userId: string; issuer: string },
): Script<{ linked_at: string } | undefined> {
  return yield* first(
    db
      .selectFrom('oidc_identities')
      .select('linked_at')
      .where('user_id', '=', args.userId)
      .where('issuer', '=', args.issuer),
  );
});
