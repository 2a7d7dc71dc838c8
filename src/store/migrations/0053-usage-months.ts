import type { Migration } from './migration.ts';

/** What was used in whole months, made from the days and made again from them at any time: see `usage/month-sums.ts`. The server sums months up in
 *  small steps once they are over; until then their days are read. */
export const usageMonths: Migration = {
  id: 53,
  name: 'usage-months',
  statements: ({ bigint, byKey }) => {
    const key = `kind text not null check (kind in ('all', 'agent', 'group', 'corpus')), month text not null`;
    return [
      `create table usage_months (${key}, turns ${bigint} not null, summing_id text not null,
        is_whole integer not null check (is_whole in (0, 1)), primary key (kind, month))`,
      `create table usage_month_sums (${key}, subject_id text not null, sums text not null, primary key (kind, month, subject_id))${byKey}`,
      `create table usage_numbers (user_id text primary key not null, number ${bigint} not null)${byKey}`,
      'create unique index usage_numbers_number on usage_numbers (number)',
    ];
  },
};
