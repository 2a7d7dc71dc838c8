import { AppError } from '../errors.ts';

/** A tag as it is stored: composed, blanks as one.
 *  @throws AppError bad_request for one in which nothing can be seen */
export function writtenTag(tag: string): string {
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(tag)) throw new AppError('bad_request', { detail: 'A tag is empty.' });
  return tag
    .normalize('NFC')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
