import { t } from '../i18n/translate.ts';

/** For how long something is kept, as the end of a sentence. Pure. */
export function keptWords(days: number | null): string {
  if (days === null) return t('for ever');
  return t('{days, plural, one {for # day} other {for # days}}', { days });
}

/** What follows “after”. Pure. */
export const hoursOrDays = (days: number): string =>
  t('{days, plural, =1 {24 hours} other {# days}}', { days }, 'after');
