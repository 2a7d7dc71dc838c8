import type { Migration } from './migration.ts';

/** Mail addresses, and links that people ask for by themselves. A user has at most one open link that an administrator gave and one that
 *  they asked for; the table is copied because its unique column cannot be changed in place. */
export const mail: Migration = {
  id: 11,
  name: 'mail',
  statements: () => [
    `alter table users add column email text`,
    `create unique index users_email on users (lower(email))`,
    `create table one_time_links_copy (
      id text primary key, purpose text not null check (purpose in ('invitation', 'reset')),
      token_hash text not null unique, user_id text references users (id),
      username text, role text check (role in ('member', 'curator', 'administrator')), group_ids text, email text,
      created_by text not null references users (id), created_at text not null, expires_at text not null,
      is_asked_for integer not null default 0 check (is_asked_for in (0, 1)),
      unique (user_id, is_asked_for),
      check ((purpose = 'reset') = (user_id is not null)), check ((purpose = 'invitation') = (role is not null)),
      check (is_asked_for = 0 or created_by = user_id))`,
    `insert into one_time_links_copy
      (id, purpose, token_hash, user_id, username, role, group_ids, created_by, created_at, expires_at)
      select id, purpose, token_hash, user_id, username, role, group_ids, created_by, created_at, expires_at
      from one_time_links`,
    `drop table one_time_links`,
    `alter table one_time_links_copy rename to one_time_links`,
  ],
};
