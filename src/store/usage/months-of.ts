import { dayPlus } from '../../contract/usage.ts';

/** The month of a day. Pure. */
const monthOf = (day: string): string => day.slice(0, 'YYYY-MM'.length);

/** The first and last day of a month. Pure. */
export function daysOfMonth(month: string): { from: string; to: string } {
  const from = `${month}-01`;
  // Whatever the month, 31 days later is in the next.
  return { from, to: dayPlus(`${monthOf(dayPlus(from, 31))}-01`, -1) };
}

/** The months that lie in a range of days with all of theirs. Pure. */
export function wholeMonths(from: string, to: string): string[] {
  const months: string[] = [];
  let first = from.endsWith('-01') ? from : dayPlus(daysOfMonth(monthOf(from)).to, 1);
  for (;;) {
    const { to: last } = daysOfMonth(monthOf(first));
    if (last > to) return months;
    months.push(monthOf(first));
    first = dayPlus(last, 1);
  }
}

/** The days of a range that are in none of the months. Pure. */
export function daysBeside(from: string, to: string, months: readonly string[]): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = dayPlus(day, 1)) if (!months.includes(monthOf(day))) days.push(day);
  return days;
}
