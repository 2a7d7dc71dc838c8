import { currentLocale } from './translate.ts';

/** A number as the reader writes it: `1,204.5`. */
export const number = (value: number): string => value.toLocaleString(currentLocale());

/** `one, two and three`. */
export const listed = (words: readonly string[]): string =>
  new Intl.ListFormat(currentLocale(), { type: 'conjunction' }).format(words);
