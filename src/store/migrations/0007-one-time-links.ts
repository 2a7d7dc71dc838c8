import type { Migration } from './migration.ts';

/** Invitations, and links that set a new password. A link that is used, withdrawn or replaced has no row. */
export const oneTimeLinks: Migration = {
  id: 7,
  name: 'one-time-links',
  statements: () => [
    `create table one_time_links (
      id text primary key, purpose text not null check (purpose in ('invitation', 'reset')),
      token_hash text not null unique, user_id text unique references users (id),
      username text, role text check (role in ('member', 'curator', 'administrator')), group_ids text,
      created_by text not null references users (id), created_at text not null, expires_at text not null,
      check ((purpose = 'reset') = (user_id is not null)), check ((purpose = 'invitation') = (role is not null)))`,
  ],
};
