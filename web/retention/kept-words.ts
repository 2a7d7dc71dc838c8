/** For how long something is kept, as the end of a sentence. Pure. */
export function keptWords(days: number | null): string {
  if (days === null) return 'for ever';
  return `for ${days.toLocaleString()} ${days === 1 ? 'day' : 'days'}`;
}

/** Pure. */
export const hoursOrDays = (days: number): string => (days === 1 ? '24 hours' : `${days.toLocaleString()} days`);
