import { t } from '../../i18n/translate.ts';

/** How long something has gone on: "4 s", "3 min 20 s", "2 h 5 min", "3 d 4 h". Pure but for the language.
 *  @param ms  less than nothing is nothing */
export function ageWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return t('{seconds} s', { seconds });
  if (hours < 1) return t('{minutes} min {seconds} s', { minutes, seconds: seconds % 60 });
  if (hours < 24) return t('{hours} h {minutes} min', { hours, minutes: minutes % 60 });
  return t('{days} d {hours} h', { days: Math.floor(hours / 24), hours: hours % 24 });
}
