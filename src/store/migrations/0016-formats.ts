import type { Migration } from './migration.ts';

/** What was not read of a document, in words. */
export const formats: Migration = {
  id: 16,
  name: 'formats',
  statements: () => [`alter table documents add column notices text not null default '[]'`],
};
