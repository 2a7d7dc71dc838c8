import type { Delivery, MailProblem } from '../../src/contract/mail.ts';
import { t } from '../i18n/translate.ts';

/** What became of a link’s mail, and what is left to do. Pure. */
export function deliveryWords(mail: Delivery | null): string {
  if (mail === null) return t('Hand the link to the person it is for, and to nobody else.');
  const { to, problem } = mail;
  if (problem === null)
    return t('We sent it to {to}. You can also hand it over yourself: to them, and to nobody else.', { to });
  return t('It was not mailed to {to}: {reason} Hand the link to the person it is for, and to nobody else.', {
    to,
    reason: reasons[problem],
  });
}

const reasons: Readonly<Record<MailProblem, string>> = {
  not_set: t('this server has no mail server set (PERDURE_SMTP_URL).'),
  unreachable: t('the mail server cannot be reached. Check its name and port.'),
  too_slow: t('the mail server did not answer in time. Try again with another link.'),
  not_encrypted: t('the mail server offers no encryption, or none that can be trusted.'),
  sign_in_refused: t('the mail server refused our name and password.'),
  sender_refused: t('the mail server takes nothing from our address (PERDURE_MAIL_FROM).'),
  recipient_refused: t('the mail server does not know or take this address. Check how it is written.'),
  refused: t('the mail server refused it. Its log says why.'),
  busy: t('too many mails are under way. Try again with another link.'),
};
