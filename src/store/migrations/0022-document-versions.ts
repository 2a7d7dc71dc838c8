import type { Migration } from './migration.ts';

/** Versions of documents beside the current one: one that is being read or could not be, and older ones that are kept. */
export const documentVersions: Migration = {
  id: 22,
  name: 'document-versions',
  statements: () => [
    `create table document_versions (
      document_id text not null references documents (id), version integer not null, state text not null,
      progress real not null, error_code text, error_message text, title text not null, media_type text not null,
      language text not null, notices text not null, page_count integer not null, passage_count integer not null,
      created_at text not null, updated_at text not null, primary key (document_id, version))`,
    `create index document_versions_to_clear on document_versions (updated_at) where state in ('old', 'failed')`,
  ],
};
