import { asApiError } from '../api/errors.ts';

/** Why a sign-in was refused; how long to wait, when that is why. */
export function wordsForRefusal(thrown: unknown): string {
  const error = asApiError(thrown);
  if (error.status === 429 && error.retryAfterMs !== undefined) {
    const seconds = Math.ceil(error.retryAfterMs / 1000);
    return `Too many tries. Wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'} and try again.`;
  }
  return error.message;
}
