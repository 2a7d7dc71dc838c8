import type { Migration } from './migration.ts';

/** The version of the announcement that each person closed for themselves. */
export const rules: Migration = {
  id: 51,
  name: 'rules',
  statements: () => [`alter table users add column dismissed_announcement text`],
};
