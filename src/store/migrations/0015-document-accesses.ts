import type { Migration } from './migration.ts';

/** Whose corpus an opened document is in, and through which API key it was opened; finds the rows of a document, a corpus and a person.
 *  No row was ever written before: none has to be filled. */
export const documentAccesses: Migration = {
  id: 15,
  name: 'document-accesses',
  statements: () => [
    `alter table document_access_log add column corpus_id text not null default ''`,
    `alter table document_access_log add column api_key_id text`,
    `create index document_access_log_document on document_access_log (document_id, position)`,
    `create index document_access_log_corpus on document_access_log (corpus_id, position)`,
    `create index document_access_log_user on document_access_log (user_id, document_id, at, position)`,
  ],
};
