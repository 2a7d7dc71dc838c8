import { asApiError } from '../api/errors.ts';
import { t } from '../i18n/translate.ts';

/** Why a sign-in was refused; how long to wait, when that is why. */
export function wordsForRefusal(thrown: unknown): string {
  const error = asApiError(thrown);
  if (error.status === 429 && error.retryAfterMs !== undefined) {
    const seconds = Math.ceil(error.retryAfterMs / 1000);
    return t('Too many tries. Wait {seconds, plural, one {# second} other {# seconds}} and try again.', { seconds });
  }
  return error.message;
}
