import type { Migration } from './migration.ts';

/** What curators call documents by, to find them together. */
export const documentTags: Migration = {
  id: 28,
  name: 'document-tags',
  statements: () => [
    `create table document_tags (
      document_id text not null references documents (id), tag_key text not null, corpus_id text not null references corpora (id),
      tag text not null, primary key (document_id, tag_key))`,
    `create index document_tags_corpus on document_tags (corpus_id, tag_key, tag, document_id)`,
  ],
};
