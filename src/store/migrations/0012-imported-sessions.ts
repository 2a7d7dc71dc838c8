import type { Migration } from './migration.ts';

/** Sessions that somebody brought back from an export: when, and what they were called where they were made. */
export const importedSessions: Migration = {
  id: 12,
  name: 'imported-sessions',
  statements: () => [
    `alter table user_sessions add column imported_at text`,
    `alter table user_sessions add column imported_from text`,
    `create index user_sessions_imported on user_sessions (user_id, imported_from) where imported_from is not null`,
  ],
};
