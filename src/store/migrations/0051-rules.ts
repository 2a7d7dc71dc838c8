import type { Migration } from './migration.ts';

/** The version of the announcement that each person closed for themselves; the orders in which the rules of retention find what is over; and legal
 *  holds, of which one holds on a subject at a time. */
export const rules: Migration = {
  id: 51,
  name: 'rules',
  statements: () => [
    `alter table users add column dismissed_announcement text`,
    `create table legal_holds (id text primary key, subject_kind text not null check (subject_kind in ('user', 'session')),
      subject_id text not null, reason text not null, placed_at text not null, placed_by text, released_at text,
      released_by text, release_reason text)`,
    `create unique index legal_holds_now on legal_holds (subject_kind, subject_id) where released_at is null`,
    `create index legal_holds_subject on legal_holds (subject_id)`,
    `create index legal_holds_placed on legal_holds (placed_at, id)`,
    `create index user_sessions_imported_at on user_sessions (imported_at) where imported_at is not null`,
    `create index document_access_log_at on document_access_log (at)`,
    `create index audit_log_personal on audit_log (at) where personal is not null`,
  ],
};
