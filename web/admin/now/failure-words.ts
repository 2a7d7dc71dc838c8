import type { MailProblem } from '../../../src/contract/mail.ts';
import { t } from '../../i18n/translate.ts';

/** Why a turn gave no answer, for whoever can do something about it. Pure but for the language.
 *  @param code  of the turn; one that nobody wrote words for is named */
export function turnFailureWords(code: string): string {
  const words = ofTurns[code];
  if (words !== undefined) return words;
  return code === ''
    ? t('Something went wrong on the server. Its log says more.')
    : t('Something went wrong on the server ({code}). Its log says more.', { code });
}

const ofTurns: Readonly<Record<string, string>> = {
  model_unreachable: t('The language model cannot be reached.'),
  model_unauthorized: t('The language model refused the server’s key.'),
  model_rate_limited: t('The language model gets too many requests.'),
  model_overloaded: t('The language model is overloaded.'),
  model_timeout: t('The language model took too long.'),
  model_bad_response: t('The language model sent something that cannot be read.'),
  model_refused_request: t('The language model refused the request.'),
  output_too_long: t('The answer grew too long and was cut.'),
  budget_exhausted: t('A budget of tokens for today is used up.'),
  agent_unavailable: t('The person may not use this agent any more.'),
  no_answer: t('The agent ended without an answer.'),
  too_many_attempts: t('The server went down three times while answering.'),
};

/** Why a mail did not go out. Pure but for the language. */
export const mailFailureWords = (problem: MailProblem | null): string =>
  problem === null ? t('For a reason this version does not know.') : ofMails[problem];

const ofMails: Readonly<Record<MailProblem, string>> = {
  not_set: t('No mail server is set.'),
  unreachable: t('The mail server cannot be reached.'),
  too_slow: t('The mail server did not answer in time.'),
  not_encrypted: t('The mail server offers no encryption that can be trusted.'),
  sign_in_refused: t('The mail server refused our name and password.'),
  sender_refused: t('The mail server takes nothing from our address.'),
  recipient_refused: t('The mail server does not take this address.'),
  refused: t('The mail server refused it.'),
  busy: t('Too many mails were under way.'),
};
