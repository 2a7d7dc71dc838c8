import type { Migration } from './migration.ts';

/** The words of many sessions of one person together, see `retrieval/word-packs.ts`; which sessions each pack has words of; and the blocks that have
 *  words which are in no pack. Blocks of sixteen turns there are already are such: one for each first turn of one. */
export const wordPacks: Migration = {
  id: 54,
  name: 'word-packs',
  statements: ({ byKey, bigint }) => [
    `create table word_packs (owner_id text not null, bucket integer not null, pack ${bigint} not null, words text not null,
      primary key (owner_id, bucket, pack))${byKey}`,
    `create table word_pack_sessions (session_id text not null references user_sessions (session_id), owner_id text not null,
      pack ${bigint} not null, primary key (session_id, pack))${byKey}`,
    `create table loose_words (owner_id text not null, session_id text not null references user_sessions (session_id),
      block integer not null, primary key (owner_id, session_id, block))${byKey}`,
    `create index loose_words_session on loose_words (session_id)`,
    `insert into loose_words (owner_id, session_id, block)
      select s.user_id, t.session_id, (t.turn_no - 1) / 16 from turns t join user_sessions s on s.session_id = t.session_id
      where (t.turn_no - 1) % 16 = 0 and s.user_id is not null and s.temporary_until is null and s.erased_at is null`,
  ],
};
