import type { Delivery, MailProblem } from '../contract/mail.ts';
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
  /** Stores that a mail did not go out, for administrators to see. */
  noteFailure(problem: MailProblem): Promise<unknown>;
};

/** Hands a mail to the mail server, once, and says what became of it. What was stored before stays, whatever that is. */
export async function deliver({ mailer, ...post }: Post, mail: Mail): Promise<Delivery> {
  if (!mailer) return { to: mail.to, mailed: false, problem: 'not_set' };
  try {
    await post.slots.run(() => mailer.send(mail));
    return { to: mail.to, mailed: true, problem: null };
  } catch (error) {
    const problem = problemOf(error);
    if (!problem) throw error;
    if (error instanceof MailError) post.log.warn('mail_failed', { problem, reason: error.message });
    await noteFailure(post, problem);
    return { to: mail.to, mailed: false, problem };
  }
}

/** Undefined for what is no fault of mailing. */
function problemOf(error: unknown): MailProblem | undefined {
  if (error instanceof AppError) return 'busy';
  return error instanceof MailError ? error.problem : undefined;
}

/** Whoever waits for the answer hears what became of the mail, also when that cannot be stored. */
async function noteFailure({ noteFailure: note, log }: Omit<Post, 'mailer'>, problem: MailProblem): Promise<void> {
  await note(problem).catch((error: unknown) => log.warn('mail_failure_not_noted', { reason: String(error) }));
}
