import { byServer } from '../contract/audit.ts';
import { newPassword, username as usernameSchema } from '../contract/auth.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Identity } from './identity.ts';
import { readableSecret } from './readable-secret.ts';

export type FirstAdministrator = {
  username: string;
  /** Shown once; only its hash is stored. Absent when the password came from the settings. */
  generatedPassword?: string;
};

/** Makes the first administrator while no user exists; undefined when there was one, or another process was faster.
 *  @throws AppError bad_request when the given name or password breaks the rules for users */
export async function ensureFirstAdministrator(
  { store, clock, passwords }: Pick<Identity, 'store' | 'clock' | 'passwords'>,
  settings: { username: string; password?: string | undefined },
): Promise<FirstAdministrator | undefined> {
  if (await store.read.hasUsers({})) return undefined;
  const name = usernameSchema.safeParse(settings.username);
  const given = newPassword.optional().safeParse(settings.password);
  if (!name.success) throw refusal('username', name.error.issues[0]?.message);
  if (!given.success) throw refusal('password', given.error.issues[0]?.message);
  const password = given.data ?? readableSecret(5);
  const outcome = await store.write.ensureFirstAdministrator({
    userId: newId(),
    username: name.data,
    displayName: name.data,
    passwordHash: await passwords.hashChosen(password, [name.data]).catch(nameSetting),
    at: clock.now(),
    by: byServer,
  });
  if (outcome === 'exists') return undefined;
  return { username: name.data, ...(given.data === undefined && { generatedPassword: password }) };
}

function refusal(what: string, why = 'Choose another.', cause?: unknown): AppError {
  return new AppError('bad_request', { detail: `The first administrator’s ${what}: ${why}`, cause });
}

function nameSetting(error: unknown): never {
  throw error instanceof AppError && error.code === 'weak_password' ? refusal('password', error.message, error) : error;
}
