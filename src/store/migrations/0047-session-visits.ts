import type { Migration } from './migration.ts';

/** When people last had a shared session open, and until when they are taken to have it open: noted by each instance that a stream of it is
 *  open at, so it ends by itself. */
export const sessionVisits: Migration = {
  id: 47,
  name: 'session-visits',
  statements: ({ bigint }) => [
    `create table session_visits (
      session_id text not null references user_sessions (session_id), user_id text not null references users (id),
      instance_id text not null, last_read_at text not null, open_until_ms ${bigint} not null,
      primary key (user_id, session_id, instance_id))`,
    `create index session_visits_session on session_visits (session_id)`,
  ],
};
