import type { Migration } from './migration.ts';

/** The version of the announcement that each person closed for themselves; and the orders in which the rules of retention find what is over. */
export const rules: Migration = {
  id: 51,
  name: 'rules',
  statements: () => [
    `alter table users add column dismissed_announcement text`,
    `create index user_sessions_imported_at on user_sessions (imported_at) where imported_at is not null`,
    `create index document_access_log_at on document_access_log (at)`,
    `create index audit_log_personal on audit_log (at) where personal is not null`,
  ],
};
