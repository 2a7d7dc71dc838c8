import type { Migration } from './migration.ts';

/** What a corpus is tagged with, as JSON: corpora are few, and each is read whole. */
export const corpusTags: Migration = {
  id: 30,
  name: 'corpus-tags',
  statements: () => [`alter table corpora add column tags text not null default '[]'`],
};
