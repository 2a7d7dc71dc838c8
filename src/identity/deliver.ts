import type { Delivery } from '../contract/mail.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type Mail, MailError, type Mailer } from '../mail/mailer.ts';
import type { Slots } from './slots.ts';

export type Post = {
  /** Undefined where no mail server is set. */
  mailer: Mailer | undefined;
  /** Of mails at once. */
  slots: Slots;
  log: Log;
};

/** Hands a mail to the mail server, once, and says what became of it. What was stored before stays, whatever that is. */
export async function deliver({ mailer, slots, log }: Post, mail: Mail): Promise<Delivery> {
  if (!mailer) return { to: mail.to, mailed: false, problem: 'not_set' };
  try {
    await slots.run(() => mailer.send(mail));
    return { to: mail.to, mailed: true, problem: null };
  } catch (error) {
    if (error instanceof AppError) return { to: mail.to, mailed: false, problem: 'busy' };
    if (!(error instanceof MailError)) throw error;
    log.warn('mail_failed', { problem: error.problem, reason: error.message });
    return { to: mail.to, mailed: false, problem: error.problem };
  }
}
