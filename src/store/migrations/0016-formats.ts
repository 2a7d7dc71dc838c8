import type { Migration } from './migration.ts';

/** What was not read of a document, in words; and which archive a document came out of. */
export const formats: Migration = {
  id: 16,
  name: 'formats',
  statements: () => [
    `alter table documents add column notices text not null default '[]'`,
    `alter table documents add column archive_id text`,
  ],
};
