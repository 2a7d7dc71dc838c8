import { type Actor, byOf } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { byServer } from '../contract/audit.ts';
import { onlyAdministratorsKey, type PasswordRule, type SignInSettings } from '../contract/sign-in-settings.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

export type SignInPorts = { store: Store; clock: Clock; set: Pick<Config, 'oidc' | 'mail'> };

/** How people sign in at this moment. */
export async function readSignInSettings({ store, set: { oidc, mail } }: SignInPorts): Promise<SignInSettings> {
  const [isLimited, peopleWithout] = await Promise.all([
    store.read.passwordsAreLimited({}),
    oidc ? store.scan.countWithoutProvider({ issuer: oidc.issuer }) : 0,
  ]);
  return {
    passwords_for: isLimited ? 'administrators' : 'everybody',
    oidc: oidc
      ? {
          name: oidc.name,
          issuer: oidc.issuer,
          groups_claim: oidc.groupsClaim ?? null,
          allows_sign_up: oidc.allowsSignUp,
          people_without: peopleWithout,
        }
      : null,
    mail: mail ? { from: mail.from, host: mail.host } : null,
  };
}

/** Says who signs in with a password. Who is signed in stays so, and keys stay good: both are ended elsewhere.
 *  @throws AppError conflict where there is no other way to sign in */
export async function putPasswordRule(
  { store, clock, set }: SignInPorts,
  actor: Actor,
  { passwords_for }: PasswordRule,
): Promise<void> {
  const value = passwords_for === 'administrators';
  if (value && !set.oidc) {
    throw new AppError('conflict', {
      detail: 'There is no single sign-on: without a password nobody but administrators could sign in.',
    });
  }
  await store.write.putSetting({ key: onlyAdministratorsKey, value, at: clock.now(), by: byOf(actor) });
}

/** Gives everybody their password back where the single sign-on is set no more: else nobody but administrators could sign in. It stays so when
 *  one is set again, and an administrator limits passwords anew. */
export async function restorePasswords({ store, clock, set, log }: SignInPorts & { log: Log }): Promise<void> {
  if (set.oidc || !(await store.read.passwordsAreLimited({}))) return;
  await store.write.putSetting({ key: onlyAdministratorsKey, value: false, at: clock.now(), by: byServer });
  log.warn('passwords_for_everybody', { reason: 'There is no single sign-on any more.' });
}
