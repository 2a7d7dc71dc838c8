import type { Migration } from './migration.ts';

/** The ids by which the log and the journal are followed are given once. A session that was erased took the newest of them with it, and
 *  they were given again: a reader that had passed them was not told of what came, and a turn did not find its own text. */
export const idsUsedOnce: Migration = {
  id: 19,
  name: 'ids-used-once',
  statements: ({ giveIdsOnce }) => [
    ...giveIdsOnce({
      table: 'session_events',
      definition: (id) => `(
        position ${id}, session_id text not null references user_sessions (session_id), seq integer not null,
        type text not null, turn_id text, attempt integer, step integer, fence integer, actor text,
        payload text not null, blob_id text, at text not null, unique (session_id, seq))`,
      columns: 'position, session_id, seq, type, turn_id, attempt, step, fence, actor, payload, blob_id, at',
      indexes: [`create index session_events_messages on session_events (turn_id, seq) where type = 'agent_message'`],
    }),
    ...giveIdsOnce({
      table: 'turn_journal',
      definition: (id) => `(
        id ${id}, turn_id text not null, attempt integer not null, step integer not null,
        "offset" integer not null, text text not null, cited text not null, citations text)`,
      columns: 'id, turn_id, attempt, step, "offset", text, cited, citations',
      indexes: [],
    }),
    `update turns set journal_from = 0 where state in ('queued', 'running', 'waiting_approval')`,
  ],
};
