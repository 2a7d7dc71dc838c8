import { composedTag, isVisibleTag } from '../contract/document-tags.ts';
import { AppError } from '../errors.ts';

/** A tag as it is stored: composed, blanks as one.
 *  @throws AppError bad_request for one in which nothing can be seen */
export function writtenTag(tag: string): string {
  if (!isVisibleTag(tag)) throw new AppError('bad_request', { detail: 'A tag is empty.' });
  return composedTag(tag);
}
