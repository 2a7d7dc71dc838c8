import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { MailSettings } from '../config.ts';
import type { MailProblem } from '../contract/mail.ts';
import { type Mail, MailError, type Mailer } from './mailer.ts';

/** A mail server spoken to by SMTP, one connection for each mail.
 *  @param deadlineMs  of one mail, from the look-up of the server's name to its last answer */
export function createSmtpMailer(settings: MailSettings, deadlineMs: number): Mailer {
  const { host, port, encryption, credentials, from } = settings;
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'from_the_start',
    requireTLS: encryption === 'required',
    ignoreTLS: encryption === 'none',
    ...(credentials && { auth: { user: credentials.username, pass: credentials.password } }),
    tls: { minVersion: 'TLSv1.2' },
    dnsTimeout: deadlineMs,
    connectionTimeout: deadlineMs,
    greetingTimeout: deadlineMs,
    socketTimeout: deadlineMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      try {
        await transport.sendMail({ ...messageOf(mail, from), signal: AbortSignal.timeout(deadlineMs) });
      } catch (error) {
        throw toMailError(error);
      }
    },
  };
}

/** Addresses stand in objects, so that none is parsed out of a text, and the subject on one line. */
function messageOf({ to, fromName, subject, text }: Mail, from: string) {
  return {
    from: { name: fromName, address: from },
    to: { name: '', address: to },
    subject: subject.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '),
    text,
    // Nobody's absence is answered to it (RFC 3834, section 5).
    headers: { 'Auto-Submitted': 'auto-generated' },
    xMailer: false as const,
  };
}

/** What the library and the server said is left behind: it may name the recipient or quote the mail. */
function toMailError(error: unknown): MailError {
  const given = facts.safeParse(error).data ?? {};
  const said = [given.code ?? 'fault', given.originalCode, given.responseCode].filter((each) => each !== undefined);
  return new MailError(problemOf(given), said.join(' '));
}

function problemOf({ code, originalCode, command }: Facts): MailProblem {
  switch (code) {
    case 'ESOCKET':
      // What the system calls its faults has no such line; what TLS calls its own has.
      return originalCode?.includes('_') ? 'not_encrypted' : 'unreachable';
    case 'ECONNECTION':
    case 'EDNS':
      return 'unreachable';
    case 'ETIMEDOUT':
    case 'EABORT':
      return 'too_slow';
    case 'ETLS':
      return 'not_encrypted';
    case 'EAUTH':
    case 'ENOAUTH':
      return 'sign_in_refused';
    case 'EENVELOPE':
      return command === 'RCPT TO' ? 'recipient_refused' : 'sender_refused';
    default:
      return 'refused';
  }
}

/** What the library notes on its errors; `originalCode` is what the system or TLS said. */
const facts = z.object({
  code: z.string().optional().catch(undefined),
  originalCode: z.string().optional().catch(undefined),
  responseCode: z.number().optional().catch(undefined),
  command: z.string().optional().catch(undefined),
});
type Facts = z.infer<typeof facts>;
