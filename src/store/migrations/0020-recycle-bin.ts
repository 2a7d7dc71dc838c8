import type { Migration } from './migration.ts';

/** A deleted corpus or document lies in the recycle bin until it is purged. What was deleted before there was one counts as purged. */
export const recycleBin: Migration = {
  id: 20,
  name: 'recycle-bin',
  statements: () => [
    `alter table corpora add column purged_at text`,
    `alter table documents add column purged_at text`,
    `update corpora set purged_at = deleted_at`,
    `update documents set purged_at = coalesce(deleted_at, (select c.purged_at from corpora c where c.id = corpus_id))
      where deleted_at is not null`,
    `create index documents_in_bin on documents (corpus_id, deleted_at) where deleted_at is not null and purged_at is null`,
    `create index documents_by_deletion on documents (deleted_at) where deleted_at is not null and purged_at is null`,
    `create index documents_kept on documents (corpus_id) where purged_at is null`,
    `create index documents_to_clear on documents (id) where purged_at is not null and passage_count > 0`,
  ],
};
