import type { MailProblem } from '../contract/mail.ts';
import { adminInvitationRoutes } from '../admin/invitation-routes.ts';
import { adminSignInRoutes } from '../admin/sign-in-routes.ts';
import { restorePasswords } from '../admin/sign-in-settings.ts';
import { adminSecondFactorRoutes } from '../admin/second-factor-routes.ts';
import { adminUserKeyRoutes } from '../admin/user-keys-routes.ts';
import { adminUserLoginRoutes } from '../admin/user-logins-routes.ts';
import { adminUserRoutes } from '../admin/users-routes.ts';
import type { Clock } from '../clock.ts';
import type { Config, MailSettings, OidcSettings } from '../config.ts';
import { accountRoutes } from '../identity/account-routes.ts';
import { createForgottenPasswords } from '../identity/forgotten-passwords.ts';
import type { Identity } from '../identity/identity.ts';
import { keyRoutes } from '../identity/key-routes.ts';
import { linkRoutes } from '../identity/link-routes.ts';
import { createCodeThrottle, createLoginThrottle } from '../identity/login-throttle.ts';
import type { Oidc } from '../identity/oidc/oidc.ts';
import { oidcRoutes } from '../identity/oidc/oidc-routes.ts';
import { createPasswords } from '../identity/passwords.ts';
import { authRoutes } from '../identity/routes.ts';
import { secondFactorRoutes } from '../identity/second-factor-routes.ts';
import { createSlots } from '../identity/slots.ts';
import type { Log } from '../log.ts';
import type { Mailer } from '../mail/mailer.ts';
import { openSealing } from '../secret-key.ts';
import type { Store } from '../store/store.ts';

/** Mails at once, and those that may wait: an administrator who waits behind all of them is answered within a request’s deadline. */
const mailSlots = { atOnce: 8, waiting: 8 };

/** How long it is known that a mail did not go out. */
const mailFailuresKeptMs = 24 * 60 * 60 * 1_000;

/** Sign-ins at the provider at once, and those that may wait. */
const providerSlots = { atOnce: 8, waiting: 32 };

/** Who people are: passwords, second factors, single sign-on, one-time links and keys, with every route that is about them. */
export async function composeIdentity(
  config: Config,
  {
    cookie,
    installationName,
    ...ports
  }: { store: Store; clock: Clock; log: Log; cookie: string; installationName(): Promise<string> },
) {
  const { store, clock, log } = ports;
  const { publicUrl, limits } = config;
  const passwords = createPasswords();
  const identity: Identity = {
    ...ports,
    passwords,
    throttle: createLoginThrottle(clock),
    sealing: await openSealing({ store, clock }, { dataDir: config.dataDir, secret: config.secret }),
    codeThrottle: createCodeThrottle(clock),
  };
  const post = {
    mailer: config.mail && (await openMailer(config.mail, limits.mailMs)),
    slots: createSlots(mailSlots),
    log,
    noteFailure: (problem: MailProblem) =>
      store.write.noteMailFailure({
        problem,
        keptSince: new Date(clock.nowMs() - mailFailuresKeptMs).toISOString(),
        at: clock.now(),
      }),
  };
  const mailing = { store, clock, publicUrl, post, installationName };
  const links = { ...mailing, passwords, throttle: createLoginThrottle(clock) };
  const forgotten = config.mail && createForgottenPasswords({ ...mailing, log, throttle: createLoginThrottle(clock) });
  await restorePasswords({ store, clock, log, set: config });
  const oidc = config.oidc && (await openOidc(config.oidc, identity, publicUrl));
  return {
    identity,
    routes: [
      ...authRoutes(identity, { cookie }),
      ...accountRoutes(identity, { cookie }),
      ...keyRoutes(identity),
      ...secondFactorRoutes(identity, { cookie }),
      ...oidcRoutes(identity, oidc, { cookie, mailsNewPassword: forgotten !== undefined }),
      ...linkRoutes(links, forgotten),
      ...adminUserRoutes(identity),
      ...adminUserLoginRoutes(identity),
      ...adminUserKeyRoutes(identity),
      ...adminInvitationRoutes(links),
      ...adminSecondFactorRoutes(identity),
      ...adminSignInRoutes({ store, clock, set: config }),
    ],
    /** Waits for what was asked for and goes on behind the answers. */
    close: async () => forgotten?.close(),
  };
}

/** The library is loaded only where a mail server is set; nothing is asked of it before a mail is sent. */
async function openMailer(settings: MailSettings, deadlineMs: number): Promise<Mailer> {
  const { createSmtpMailer } = await import('../mail/smtp.ts');
  return createSmtpMailer(settings, deadlineMs);
}

/** The library is loaded only where a provider is set; nothing is asked of the provider before somebody signs in. */
async function openOidc(settings: OidcSettings, identity: Identity, publicUrl: URL): Promise<Oidc> {
  const { createOidcProvider } = await import('../identity/oidc/provider.ts');
  const redirectUri = new URL('/api/auth/oidc/callback', publicUrl);
  return {
    ...identity,
    settings,
    provider: createOidcProvider(settings, { clock: identity.clock, redirectUri }),
    throttle: createLoginThrottle(identity.clock),
    slots: createSlots(providerSlots),
  };
}
