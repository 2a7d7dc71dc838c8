import type { VerifyReads } from '../../store/queries/verify.ts';
import type { Checks } from './checks.ts';

/** Holds the sums that a year of use is read from against the days they are made of (I8). The days are held against the turns by the rules. */
export async function checkUsageMonths(read: VerifyReads, { I8 }: Checks): Promise<void> {
  for (const { kind, month } of await read.usageMonthsRead({})) {
    const { stored, summed, areNumbered } = await read.usageMonthTwice({ kind, month });
    I8.see('sums of months', stored.length);
    if (!areNumbered) I8.breach(`${month} ${kind}: somebody who asked is in no sum of it`);
    const sums = new Map(summed.map((row) => [row.subject_id, row.sums]));
    for (const row of stored) {
      if (sums.get(row.subject_id) !== row.sums)
        I8.breach(`${month} ${kind} ${row.subject_id}: its sums are not of its days`);
      sums.delete(row.subject_id);
    }
    for (const subject of areNumbered ? sums.keys() : [])
      I8.breach(`${month} ${kind} ${subject}: its sums are not stored`);
  }
}
