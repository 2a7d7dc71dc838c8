import type { Migration } from './migration.ts';

/** Each version of a document has an original of its own, as far as it was not read again from the same; which version somebody opened; and files
 *  that no version names any more. Until here a document had one original, whoever had it read. */
export const originals: Migration = {
  id: 26,
  name: 'originals',
  statements: ({ bigint }) => [
    `alter table document_versions add column filename text not null default ''`,
    `alter table document_versions add column bytes ${bigint} not null default 0`,
    `alter table document_versions add column sha256 text not null default ''`,
    `alter table document_versions add column file_key text not null default ''`,
    `alter table document_versions add column address text`,
    `alter table document_versions add column final_address text`,
    `alter table document_versions add column fetched_at text`,
    `alter table document_versions add column created_by text`,
    `update document_versions set (filename, bytes, sha256, address, final_address, fetched_at, created_by, file_key) =
      (select d.filename, d.bytes, d.sha256, d.address, d.final_address, d.fetched_at, d.created_by,
        case document_versions.state when 'failed' then '' else d.file_key end
        from documents d where d.id = document_versions.document_id)`,
    `create index document_versions_uploader on document_versions (created_by, document_id, version) where created_by is not null`,
    `alter table documents add column unchanged_since text`,
    `alter table document_access_log add column version integer`,
    `create table files_to_remove (file_key text primary key, corpus_id text not null)`,
  ],
};
