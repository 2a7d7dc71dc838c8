import type { Migration } from './migration.ts';

/** Word for word as `queries/session-lists.ts` asks. */
const archived = 'deleted_at is null and archived = 1';

/** What an administrator sees of this moment: what each instance says of itself, mails that did not go out, and indexes by which
 *  failures and archived sessions are found. */
export const nowFacts: Migration = {
  id: 41,
  name: 'now',
  statements: ({ autoId }) => [
    `create table instances (
      instance_id text primary key, started_at text not null, seen_at text not null, report text not null)`,
    `create table mail_failures (position ${autoId}, at text not null, problem text not null)`,
    `create index mail_failures_at on mail_failures (at)`,
    `create index turns_failed on turns (updated_at) where state in ('failed', 'interrupted')`,
    `create index user_sessions_archived_activity on user_sessions (last_activity, session_id) where ${archived}`,
    `create index user_sessions_archived_created on user_sessions (created_at, session_id) where ${archived}`,
    `create index user_sessions_archived_messages on user_sessions (message_count, session_id) where ${archived}`,
    `create index documents_failed on documents (updated_at) where state = 'failed'`,
    `create index document_versions_failed on document_versions (updated_at) where state = 'failed'`,
  ],
};
