import type { Usage, UsageRow } from '../../../src/contract/usage.ts';
import { number } from '../../i18n/numbers.ts';
import { currentLocale, named, t } from '../../i18n/translate.ts';

export type Unit = 'count' | 'ms' | 'money';

/** A number in its unit; `currency` is of money, which comes in millionths. Pure but for the language. */
export function inUnit(value: number | null, unit: Unit, currency = ''): string {
  if (value === null) return '–';
  if (unit === 'ms') return durationWords(value);
  if (unit === 'count') return number(value);
  const amount = value / 1_000_000;
  const maximumFractionDigits = amount !== 0 && Math.abs(amount) < 1 ? 4 : 2;
  return new Intl.NumberFormat(currentLocale(), { style: 'currency', currency, maximumFractionDigits }).format(amount);
}

/** Pure but for the language. */
function durationWords(ms: number): string {
  const [value, unit] =
    ms < 1_000 ? [ms, 'millisecond'] : ms < 60_000 ? [ms / 1_000, 'second'] : [ms / 60_000, 'minute'];
  const maximumFractionDigits = ms < 1_000 || value >= 10 ? 0 : 1;
  return new Intl.NumberFormat(currentLocale(), {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits,
  }).format(value);
}

/** What a row is called: a day in words, a name, or what it means to have none. Pure but for the language. */
export function rowName({ key, name }: Pick<UsageRow, 'key' | 'name'>, by: Usage['by']): string {
  if (by === 'day') return dayWords(key);
  if (name !== null) return named(name);
  return key === '' ? ofNone[by] : gone[by]({ id: key.slice(0, 8) });
}

const ofNone = { agent: t('No agent'), group: t('In no group'), corpus: t('Nothing cited') };
const gone = {
  agent: (of: { id: string }) => t('Former agent {id}', of),
  group: (of: { id: string }) => t('Deleted group {id}', of),
  corpus: (of: { id: string }) => t('Deleted corpus {id}', of),
};

/** Days are UTC, wherever they are read. */
export const dayWords = (day: string): string =>
  new Intl.DateTimeFormat(currentLocale(), { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );

/** The same beside others of its time. */
export const shortDay = (day: string): string =>
  new Intl.DateTimeFormat(currentLocale(), { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );

/** What a share is of a whole; nothing of nothing. Pure but for the language. */
export function shareWords(part: number, whole: number): string {
  if (whole === 0) return '–';
  return new Intl.NumberFormat(currentLocale(), { style: 'percent', maximumFractionDigits: 1 }).format(part / whole);
}
