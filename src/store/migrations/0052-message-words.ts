import type { Migration } from './migration.ts';

/** The words of messages, made from the log and made again from it at any time: see `retrieval/word-rows.ts`. Whatever the log holds is read in by the
 *  server, in small steps, from the position in the setting `messages.words`. */
export const messageWords: Migration = {
  id: 52,
  name: 'message-words',
  statements: ({ byKey }) => [
    `create table message_words (
      owner_id text not null, bucket integer not null,
      session_id text not null references user_sessions (session_id), block integer not null, words text not null,
      primary key (owner_id, bucket, session_id, block))${byKey}`,
  ],
};
