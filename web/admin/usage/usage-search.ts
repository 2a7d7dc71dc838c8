import {
  dayPlus,
  daysBetween,
  maxUsageDays,
  type UsageBy,
  type UsageQuery,
  usageBy,
} from '../../../src/contract/usage.ts';
import { textOf } from '../../address.ts';
import { isDay } from '../../ui/days.ts';

/** Which days are shown, by what, and of what alone, as the page's address has it. */
export type UsageSearch = UsageQuery;

/** Leaves out what no page of ours wrote. Pure. */
export function readUsageSearch(search: Record<string, unknown>): UsageSearch {
  const { from, to } = search;
  const isRange = isDay(from) && isDay(to) && daysBetween(from, to) >= 1 && daysBetween(from, to) <= maxUsageDays;
  const by = usageBy.safeParse(search['by']).data;
  const of = subjects.flatMap((name) => {
    const id = textOf(search[name]);
    return id === undefined ? [] : [[name, id] as const];
  })[0];
  return {
    ...(isRange && { from, to }),
    ...(of ? { [of[0]]: of[1] } : by && by !== 'day' && { by }),
  };
}

const subjects = ['agent_id', 'group_id', 'corpus_id'] as const;

/** The address of one agent, group or corpus, day by day. Pure. */
export function narrowedTo({ from, to }: UsageSearch, by: Exclude<UsageBy, 'day'>, id: string): UsageSearch {
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    [`${by}_id`]: id === '' ? 'none' : id,
  };
}

/** Ranges that end today, in days. */
export const presets = [7, 30, 90, 365] as const;

/** The range of so many days up to a day. Pure. */
export const lastDays = (days: number, today: string) => ({ from: dayPlus(today, 1 - days), to: today });

/** Moves one end of a range; the other follows where they would cross or lie too far apart. Pure. */
export function withEnd(
  range: { from: string; to: string },
  end: 'from' | 'to',
  day: string,
): { from: string; to: string } {
  const { from, to } = end === 'from' ? { ...range, from: day } : { ...range, to: day };
  const days = daysBetween(from, to);
  if (days >= 1 && days <= maxUsageDays) return { from, to };
  const length = days < 1 ? 1 : maxUsageDays;
  return end === 'from' ? { from, to: dayPlus(from, length - 1) } : { from: dayPlus(to, 1 - length), to };
}
