import type { Migration } from './migration.ts';

/** How many bytes the originals of a corpus's documents have. */
export const corpusBytes: Migration = {
  id: 25,
  name: 'corpus-bytes',
  statements: () => [
    `alter table corpora add column bytes integer not null default 0`,
    `update corpora set bytes = (select coalesce(sum(d.bytes), 0) from documents d
      where d.corpus_id = corpora.id and d.deleted_at is null)`,
  ],
};
