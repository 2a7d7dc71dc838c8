import type { AdminUser } from '../../src/contract/auth.ts';
import { listUsers } from '../api/admin.ts';
import { ApiError } from '../api/errors.ts';
import { t } from '../i18n/translate.ts';

/** The one person of this username, in any case.
 *  @throws ApiError no_such_person */
export async function userCalled(username: string): Promise<AdminUser> {
  const wanted = username.toLowerCase();
  let cursor: string | undefined;
  do {
    const query = { q: wanted, limit: 500, ...(cursor !== undefined && { cursor }) };
    const page = await listUsers(query, AbortSignal.timeout(30_000));
    const user = page.users.find((each) => each.username.toLowerCase() === wanted);
    if (user) return user;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  throw nobody(username);
}

function nobody(username: string): ApiError {
  const detail = t('Nobody has the username {username}. Look it up under People, or add the person there first.', {
    username,
  });
  return new ApiError({ status: 404, code: 'no_such_person', title: t('No such person'), detail });
}
