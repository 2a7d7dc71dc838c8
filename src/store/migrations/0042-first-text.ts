import type { Migration } from './migration.ts';

/** When an attempt's first words were stored, which is when they were shown; null for attempts from before it was noted. */
export const firstText: Migration = {
  id: 42,
  name: 'first-text',
  statements: () => [`alter table turn_attempts add column first_text_at text`],
};
