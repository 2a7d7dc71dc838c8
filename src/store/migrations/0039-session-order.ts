import type { Migration } from './migration.ts';

/** 2 of a deleted session, else 1 of an active and 0 of an inactive one: see `session-status.ts`. */
const status = '(case when deleted_at is not null then 2 else is_active end)';

/** The orders of the sessions' lists within what they are filtered by, so that a page is a stretch of an index wherever it lies; and how many
 *  sessions there are, which is not counted anew for every page. A person's sessions are so many that their other orders are sorted. */
export const sessionOrder: Migration = {
  id: 39,
  name: 'session-order',
  statements: ({ countsSessions }) => [
    ...['activity', 'created', 'messages', 'user', 'status'].map((each) => `drop index user_sessions_${each}`),
    `create index user_sessions_activity on user_sessions (${status}, last_activity, session_id)`,
    `create index user_sessions_created on user_sessions (${status}, created_at, session_id)`,
    `create index user_sessions_messages on user_sessions (${status}, message_count, session_id)`,
    `create index user_sessions_agent_activity on user_sessions (active_agent_id, ${status}, last_activity, session_id)`,
    `create index user_sessions_agent_created on user_sessions (active_agent_id, ${status}, created_at, session_id)`,
    `create index user_sessions_agent_messages on user_sessions (active_agent_id, ${status}, message_count, session_id)`,
    `create index user_sessions_user_activity on user_sessions
      (user_id, ${status}, last_activity, session_id, created_at, message_count, active_agent_id)`,
    `create index session_members_shared on session_members (user_id, session_id) where level <> 'owner'`,
    `create table session_counts (status integer primary key, sessions integer not null)`,
    `insert into session_counts (status, sessions) values (0, 0), (1, 0), (2, 0)`,
    `update session_counts set sessions = (select count(*) from user_sessions where ${status} = session_counts.status)`,
    ...countsSessions,
  ],
};
