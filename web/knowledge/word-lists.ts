import { t } from '../i18n/translate.ts';

export const quoted = (text: string): string => t('“{text}”', { text });
/** `one or two or three`; of one at least. */
export const anyOf = (words: readonly string[]): string =>
  words.reduce((one, other) => t('{one} or {other}', { one, other }));
