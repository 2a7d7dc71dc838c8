import { currentLocale, t } from '../i18n/translate.ts';

const exact = new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat(currentLocale(), { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(currentLocale(), { day: 'numeric', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat(currentLocale(), { day: 'numeric', month: 'short', year: 'numeric' });

const weekdayTime = new Intl.DateTimeFormat(currentLocale(), { weekday: 'short', hour: '2-digit', minute: '2-digit' });

const minute = new Intl.DateTimeFormat(currentLocale(), { dateStyle: 'medium', timeStyle: 'short' });

export const dayAndTime = (at: string) => minute.format(Date.parse(at));
export const exactTime = (at: number) => exact.format(at);
export const clockTime = (at: number) => clock.format(at);
export const dayOf = (at: number) => dayAndYear.format(at);
/** A time of the next days: the day of the week, hours and minutes. */
export const dayTime = (at: number) => weekdayTime.format(at);

/** "just now", "5 min ago", "3 h ago", "yesterday", "4 days ago", then the date. */
export function relativeTime(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return t('just now');
  if (minutes < 60) return t('{minutes} min ago', { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return t('{hours} h ago', { hours });
  const days = Math.floor(hours / 24);
  if (days === 1) return t('yesterday');
  if (days < 7) return t('{days} days ago', { days });
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (sameYear ? day : dayAndYear).format(at);
}
