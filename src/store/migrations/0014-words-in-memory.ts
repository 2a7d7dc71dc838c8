import type { Migration } from './migration.ts';

/** The words of passages are kept in the memory of the thread that searches, each in the way of its document's language. */
export const wordsInMemory: Migration = {
  id: 14,
  name: 'words-in-memory',
  statements: ({ dropTextSearch }) => [
    `alter table documents add column language text not null default 'english'`,
    ...dropTextSearch,
  ],
};
