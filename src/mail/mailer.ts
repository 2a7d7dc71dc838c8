import type { MailProblem } from '../contract/mail.ts';

/** A plain text for one person. */
export type Mail = {
  /** An address that was parsed as one. */
  to: string;
  /** What it comes from, as its reader is shown it: the installation's name. */
  fromName: string;
  subject: string;
  text: string;
};

/** Hands mails to a mail server. */
export type Mailer = {
  /** Resolves once the server has taken the mail for its recipient. One try.
   *  @throws MailError */
  send(mail: Mail): Promise<void>;
};

/** Why a mail did not go out; `reason` is for the log and holds neither address nor text. */
export class MailError extends Error {
  readonly problem: MailProblem;

  constructor(problem: MailProblem, reason: string) {
    super(reason);
    this.name = 'MailError';
    this.problem = problem;
  }
}
