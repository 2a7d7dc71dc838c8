import type { Role } from '../../contract/auth.ts';
import { onlyAdministratorsKey } from '../../contract/sign-in-settings.ts';
import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { type Db, first, type Script } from '../script.ts';

/** Whether administrators alone sign in with a password. */
export const passwordsAreLimited = query(function* (db: Db, _args: Record<string, never>): Script<boolean> {
  return yield* readRule(db);
});

/** Whether somebody of this role may be given a password, or come in with one. Administrators always may, so that no provider can lock out the
 *  last of them. */
export function* mayUsePassword(db: Db, role: Role): Script<boolean> {
  return role === 'administrator' || !(yield* readRule(db));
}

/** Active people but administrators whom nobody at the provider is linked to. */
export const countWithoutProvider = query(function* (db: Db, args: { issuer: string }): Script<number> {
  const counted = yield* first(
    db
      .selectFrom('users as u')
      .leftJoin('oidc_identities as i', (join) => join.onRef('i.user_id', '=', 'u.id').on('i.issuer', '=', args.issuer))
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('u.is_active', '=', 1)
      .where('u.deleted_at', 'is', null)
      .where('u.role', '<>', 'administrator')
      .where('i.user_id', 'is', null),
  );
  return counted?.count ?? 0;
});

function* readRule(db: Db): Script<boolean> {
  const row = yield* first(db.selectFrom('settings').select('value').where('key', '=', onlyAdministratorsKey));
  return row !== undefined && decodeJson<unknown>(row.value) === true;
}
