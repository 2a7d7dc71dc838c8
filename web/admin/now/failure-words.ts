import type { MailProblem } from '../../../src/contract/mail.ts';

/** Why a turn gave no answer, for whoever can do something about it. Pure.
 *  @param code  of the turn; one that nobody wrote words for is named */
export function turnFailureWords(code: string): string {
  return ofTurns[code] ?? `Something went wrong on the server${code && ` (${code})`}. Its log says more.`;
}

const ofTurns: Readonly<Record<string, string>> = {
  model_unreachable: 'The language model cannot be reached.',
  model_unauthorized: 'The language model refused the server’s key.',
  model_rate_limited: 'The language model gets too many requests.',
  model_overloaded: 'The language model is overloaded.',
  model_timeout: 'The language model took too long.',
  model_bad_response: 'The language model sent something that cannot be read.',
  model_refused_request: 'The language model refused the request.',
  output_too_long: 'The answer grew too long and was cut.',
  budget_exhausted: 'A budget of tokens for today is used up.',
  agent_unavailable: 'The person may not use this agent any more.',
  no_answer: 'The agent ended without an answer.',
  too_many_attempts: 'The server went down three times while answering.',
};

/** Why a mail did not go out. Pure. */
export const mailFailureWords = (problem: MailProblem | null): string =>
  problem === null ? 'For a reason this version does not know.' : ofMails[problem];

const ofMails: Readonly<Record<MailProblem, string>> = {
  not_set: 'No mail server is set.',
  unreachable: 'The mail server cannot be reached.',
  too_slow: 'The mail server did not answer in time.',
  not_encrypted: 'The mail server offers no encryption that can be trusted.',
  sign_in_refused: 'The mail server refused our name and password.',
  sender_refused: 'The mail server takes nothing from our address.',
  recipient_refused: 'The mail server does not take this address.',
  refused: 'The mail server refused it.',
  busy: 'Too many mails were under way.',
};
