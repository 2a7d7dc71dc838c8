import type { Log } from '../log.ts';
import { type LoginOrigin, originOf } from './begin-login.ts';
import { deliver, type Post } from './deliver.ts';
import { resetMail } from './link-mails.ts';
import { beginAttempt, type LoginThrottle } from './login-throttle.ts';
import { type Links, linkOf, newLink } from './one-time-links.ts';
import { createSlots } from './slots.ts';

/** Links that people ask for on the sign-in page. */
export type ForgottenPasswords = {
  /** Takes the wish and gives nothing back: what becomes of it is done afterwards, so that neither answer nor time tells who has an account.
   *  @throws AppError too_many_requests */
  ask(wish: { account: string } & LoginOrigin): void;
  /** Resolves once the mails under way have ended. Wishes that wait are dropped: nothing was stored for them. */
  close(): Promise<void>;
};

type Ports = Pick<Links, 'store' | 'clock' | 'publicUrl' | 'installationName'> & {
  post: Post;
  log: Log;
  /** Of wishes, for each account (existing or not) and each network. */
  throttle: LoginThrottle;
};

/** Wishes that are looked into at once, and those that may wait: more are dropped and logged. */
const slots = { atOnce: 2, waiting: 100 };

export function createForgottenPasswords(ports: Ports): ForgottenPasswords {
  const { log, throttle } = ports;
  const desk = createSlots(slots);
  const underWay = new Set<Promise<void>>();
  let isClosing = false;
  return {
    ask({ account, ...origin }) {
      // Never taken back: whoever asks too often waits, whether it helps them or not.
      beginAttempt(throttle, { account: account.toLowerCase(), address: origin.address });
      const work = desk
        .run(async () => {
          if (!isClosing) await mailReset(ports, account, origin);
        })
        .catch((error: unknown) => log.warn('reset_not_mailed', { reason: String(error) }))
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
    async close() {
      isClosing = true;
      await Promise.all(underWay);
    },
  };
}

async function mailReset(
  { store, clock, publicUrl, installationName, post }: Ports,
  account: string,
  origin: LoginOrigin,
): Promise<void> {
  const { id, token, at, tokenHash, expiresAt } = newLink({ clock });
  const asked = await store.write.askForReset({ id, tokenHash, expiresAt, account, at, ...originOf(origin) });
  if (asked.outcome !== 'created') return;
  const { username, email } = asked;
  const installation = await installationName();
  const link = linkOf(publicUrl, 'reset', token);
  const letter = resetMail({ installation, username, link, expiresAt, publicUrl });
  const { problem } = await deliver(post, { to: email, ...letter });
  if (problem !== null) await store.write.withdrawUnmailedReset({ id, problem, at: clock.now() });
}
