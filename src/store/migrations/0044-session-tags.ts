import type { Migration } from './migration.ts';

/** What a session is tagged with, as JSON: its owner's own words, read with the session. */
export const sessionTags: Migration = {
  id: 44,
  name: 'session-tags',
  statements: () => [`alter table user_sessions add column tags text not null default '[]'`],
};
