import type { Migration } from './migration.ts';

/** An archived corpus is kept and opened, and neither searched nor added to. */
export const archivedCorpora: Migration = {
  id: 24,
  name: 'archived-corpora',
  statements: () => [`alter table corpora add column archived_at text`],
};
