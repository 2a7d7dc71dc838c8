import type { z } from 'zod';
import { type NamePage, pageByName } from '../access/page-by-name.ts';
import type { By } from '../contract/audit.ts';
import type { AdminUser, createUserBody, patchUserBody } from '../contract/auth.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import { type Identity, toAdminUser } from './identity.ts';

type Users = Pick<Identity, 'store' | 'clock' | 'passwords'>;

/** @throws AppError name_taken, email_taken, weak_password */
export async function createUser(
  { store, clock, passwords }: Users,
  by: By,
  input: z.output<typeof createUserBody>,
): Promise<AdminUser> {
  const displayName = input.display_name ?? input.username;
  const made = {
    userId: newId(),
    username: input.username,
    displayName,
    email: input.email,
    role: input.role ?? 'member',
    passwordHash: await passwords.hashChosen(input.password, [input.username, displayName]),
    at: clock.now(),
    by,
  };
  const outcome = await store.write.createUser(made);
  if (outcome !== 'created') throw new AppError(outcome);
  return {
    id: made.userId,
    username: made.username,
    display_name: made.displayName,
    role: made.role,
    email: made.email ?? null,
    has_second_factor: false,
    is_active: true,
    created_at: made.at,
    last_login_at: null,
  };
}

/** @throws AppError not_found */
export async function getUser({ store }: Pick<Users, 'store'>, userId: string): Promise<AdminUser> {
  const user = await store.read.userById({ userId });
  if (!user) throw new AppError('not_found');
  return toAdminUser(user);
}

/** A new password, another role and deactivation end the user's logins in the same commit.
 *  @throws AppError not_found, last_administrator, email_taken, weak_password */
export async function patchUser(
  { store, clock, passwords }: Users,
  by: By,
  userId: string,
  changes: z.output<typeof patchUserBody>,
): Promise<AdminUser> {
  const { display_name, email, role, is_active, password } = changes;
  const user = await store.read.userById({ userId });
  if (!user) throw new AppError('not_found');
  const names = [user.username, display_name ?? user.display_name];
  const result = await store.write.patchUser({
    userId,
    at: clock.now(),
    by,
    changes: {
      ...(display_name !== undefined && { displayName: display_name }),
      ...(email !== undefined && { email }),
      ...(role !== undefined && { role }),
      ...(is_active !== undefined && { isActive: is_active }),
      ...(password !== undefined && { passwordHash: await passwords.hashChosen(password, names) }),
    },
  });
  if (result.outcome !== 'updated') throw new AppError(result.outcome);
  return toAdminUser(result.user);
}

/** @throws AppError not_found, last_administrator */
export async function deleteUser(
  { store, clock }: Pick<Users, 'store' | 'clock'>,
  by: By,
  userId: string,
): Promise<void> {
  const outcome = await store.write.deleteUser({ userId, at: clock.now(), by });
  if (outcome !== 'deleted') throw new AppError(outcome);
}

/** Users by name. `q` is looked for in username, display name and address.
 *  @throws AppError bad_request for a cursor that no page gave */
export async function listUsers(
  { store }: Pick<Users, 'store'>,
  { q, ...page }: NamePage & { q?: string | undefined },
): Promise<{ users: AdminUser[]; next_cursor: string | null }> {
  const { rows, nextCursor } = await pageByName(
    page,
    (range) => store.scan.listUsers({ ...range, ...(q !== undefined && { q }) }),
    (user) => user.username.toLowerCase(),
  );
  return { users: rows.map(toAdminUser), next_cursor: nextCursor };
}
