import type { Mail } from '../mail/mailer.ts';

type Letter = Omit<Mail, 'to'>;

type LinkFacts = {
  /** What the installation is called. */
  installation: string;
  link: string;
  /** ISO 8601. */
  expiresAt: string;
  /** What browsers use. */
  publicUrl: URL;
};

/** The mail that invites somebody. Pure.
 *  @param giver  the administrator, by the name that others see */
export function invitationMail({
  installation,
  giver,
  link,
  expiresAt,
  publicUrl,
}: LinkFacts & { giver: string }): Letter {
  const name = onOneLine(giver);
  return letter(installation, `Invitation to ${installation} on ${publicUrl.host}`, [
    `${name} invites you to ${installation} on ${publicUrl.host}.`,
    'Open this link and choose a password:',
    link,
    `It opens once, until ${moment(expiresAt)}. If that is over, ask ${name} for another.`,
    'If you know nothing of this, do nothing: no account is made.',
  ]);
}

/** The mail with the link for a new password. Pure.
 *  @param giver  the administrator who makes it; undefined when it was asked for on the sign-in page */
export function resetMail({
  installation,
  giver,
  username,
  link,
  expiresAt,
  publicUrl,
}: LinkFacts & { username: string; giver?: string }): Letter {
  const name = giver === undefined ? undefined : onOneLine(giver);
  const reason =
    name === undefined
      ? `somebody, we hope you, asked for a new password for ${username} on ${publicUrl.host}.`
      : `${name} made a link for you to set a new password for ${username} on ${publicUrl.host}.`;
  const another = name === undefined ? 'you can ask for another' : `ask ${name} for another`;
  return letter(installation, `New password for ${installation} on ${publicUrl.host}`, [
    `Hello ${username},`,
    reason,
    'Open this link and choose the password:',
    link,
    `It opens once, until ${moment(expiresAt)}. If that is over, ${another}. A new password signs you out everywhere.`,
    'If you do not want this, do nothing: your password stays as it is.',
  ]);
}

const letter = (fromName: string, subject: string, paragraphs: readonly string[]): Letter => ({
  fromName,
  subject,
  text: `${paragraphs.join('\n\n')}\n`,
});

/** A name that breaks no line and turns no direction, whoever chose it. */
const onOneLine = (name: string) => name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();

/** Whoever reads it may be anywhere. */
function moment(at: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `${format.format(new Date(at))} UTC`;
}
