import type { Migration } from './migration.ts';

/** The log without what repeats its key: an event's id was its `seq` again, and only messages are looked up by their turn. Each index
 *  less is a page less that an append writes and syncs. */
export const leanLog: Migration = {
  id: 2,
  name: 'lean-log',
  statements: ({ autoId, dropColumn }) => [
    `drop index session_events_turn`,
    ...dropColumn({
      table: 'session_events',
      column: 'event_id',
      definition: `(
        position ${autoId}, session_id text not null references user_sessions (session_id), seq integer not null,
        type text not null, turn_id text, attempt integer, step integer, fence integer, actor text,
        payload text not null, blob_id text, at text not null, unique (session_id, seq))`,
      kept: 'position, session_id, seq, type, turn_id, attempt, step, fence, actor, payload, blob_id, at',
    }),
    `create index session_events_messages on session_events (turn_id, seq) where type = 'agent_message'`,
  ],
};
