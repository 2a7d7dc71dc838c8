import type { Migration } from './migration.ts';

/** The corpora a person chose last: a session they open in a browser, whichever it is, begins with them. */
export const defaultCorpora: Migration = {
  id: 23,
  name: 'default-corpora',
  statements: () => [`alter table users add column default_corpora text not null default '[]'`],
};
