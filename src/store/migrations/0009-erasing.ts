import type { Migration } from './migration.ts';

/** When erasing a person or a session was ordered, and when nothing was left of them but the row itself. */
export const erasing: Migration = {
  id: 9,
  name: 'erasing',
  statements: () => [
    `alter table users add column erase_at text`,
    `alter table users add column erased_at text`,
    `alter table users add column erases_corpora integer not null default 0`,
    `create index users_erasing on users (id) where erase_at is not null and erased_at is null`,
    `alter table user_sessions add column erase_at text`,
    `alter table user_sessions add column erased_at text`,
    `create index user_sessions_erasing on user_sessions (session_id) where erase_at is not null and erased_at is null`,
    `create index user_sessions_deleted on user_sessions (deleted_at) where deleted_at is not null and erase_at is null`,
    `create index blobs_session on blobs (session_id)`,
    `create index documents_uploader on documents (created_by, id) where created_by is not null`,
  ],
};
