import type { Migration } from './migration.ts';

/** Whom the owners of sessions let into them: a person, or everybody in a group. `session_members` holds what that comes to,
 *  and `session_authors` who wrote in a session without owning it, also of those who are in it no more. */
export const sessionGrants: Migration = {
  id: 46,
  name: 'session-grants',
  statements: () => [
    `create table session_grants (
      session_id text not null references user_sessions (session_id),
      subject_kind text not null check (subject_kind in ('user', 'group')), subject_id text not null,
      level text not null check (level in ('read', 'write')), granted_at text not null,
      primary key (session_id, subject_kind, subject_id))`,
    `create index session_grants_subject on session_grants (subject_id, session_id)`,
    `create table session_authors (
      session_id text not null references user_sessions (session_id), user_id text not null references users (id),
      primary key (user_id, session_id))`,
    `create index session_authors_session on session_authors (session_id)`,
  ],
};
