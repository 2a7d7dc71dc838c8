import type { Delivery, MailProblem } from '../../src/contract/mail.ts';

/** What became of a link’s mail, and what is left to do. Pure. */
export function deliveryWords(mail: Delivery | null): string {
  const lead = 'Hand the link to the person it is for, and to nobody else.';
  if (mail === null) return lead;
  if (mail.problem === null)
    return `We sent it to ${mail.to}. You can also hand it over yourself: to them, and to nobody else.`;
  return `It was not mailed to ${mail.to}: ${reasons[mail.problem]} ${lead}`;
}

const reasons: Readonly<Record<MailProblem, string>> = {
  not_set: 'this server has no mail server set (PERDURE_SMTP_URL).',
  unreachable: 'the mail server cannot be reached. Check its name and port.',
  too_slow: 'the mail server did not answer in time. Try again with another link.',
  not_encrypted: 'the mail server offers no encryption, or none that can be trusted.',
  sign_in_refused: 'the mail server refused our name and password.',
  sender_refused: 'the mail server takes nothing from our address (PERDURE_MAIL_FROM).',
  recipient_refused: 'the mail server does not know or take this address. Check how it is written.',
  refused: 'the mail server refused it. Its log says why.',
  busy: 'too many mails are under way. Try again with another link.',
};
