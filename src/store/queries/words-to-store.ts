import { sql } from 'kysely';
import { termsOf } from '../../retrieval/message-words.ts';
import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { type Db, type Script, statement } from '../script.ts';
import type { Said } from '../../retrieval/word-rows.ts';

/** The setting that says up to which position of the log words are stored, and in which way they were made. Without it, or after an older way, all
 *  words are taken away and made anew. */
export const wordsSetting = 'messages.words';

/** Raised whenever `termsOf` or the rows change. */
export const wordsVersion = 2;

export type WordsProgress = { version: number; position: number };

/** What a message says, by the position of its event in the log. */
export type MessageTerms = { position: number; said: Said; terms: string[] };

export type WordsToStore =
  /** What is stored was made in an older way, and is to be taken away first; or in a newer one, by a newer program, and is left to it. */
  | { state: 'older' | 'newer' }
  | {
      state: 'current';
      /** Up to here words are stored. */
      after: number;
      /** Up to here they are with these messages. The same as `after` where nothing is left. */
      upTo: number;
      messages: MessageTerms[];
    };

/** The next messages whose words are not stored yet, oldest first, from at most `limit` events and about `maxChars` of payloads. */
export const wordsToStore = query(function* (db: Db, args: { limit: number; maxChars: number }): Script<WordsToStore> {
  const progress = yield* wordsProgress(db);
  if (progress?.version !== wordsVersion) {
    return { state: progress && progress.version > wordsVersion ? 'newer' : 'older' };
  }
  const after = progress.position;
  const rows = yield* eventsAfter.all(db, { after, limit: args.limit });
  const messages: MessageTerms[] = [];
  let upTo = after;
  let chars = 0;
  for (const { position, type, payload } of rows) {
    if (chars > args.maxChars) break;
    upTo = position;
    chars += payload?.length ?? 0;
    const text = payload === null ? undefined : textOf(payload);
    if (text !== undefined) messages.push({ position, said: saidBy(type), terms: termsOf(text) });
  }
  return { state: 'current', after, upTo, messages };
});

/** Undefined where nothing was stored yet, or what was is to be made anew. */
export function* wordsProgress(db: Db): Script<WordsProgress | undefined> {
  const row = yield* storedProgress.first(db, { key: wordsSetting });
  return row && decodeJson<WordsProgress>(row.value);
}

const saidBy = (type: string): Said => (type === 'user_message' ? 'user' : 'assistant');

/** What a message says; undefined for an answer that is not the last word of its turn, and for what was erased. */
export function textOf(payload: string): string | undefined {
  const { text, final } = decodeJson<{ text?: string; final?: boolean }>(payload);
  return final === false ? undefined : text;
}

const storedProgress = statement<{ key: string }>()((db, slots) =>
  db.selectFrom('settings').select('value').where('key', '=', slots.key),
);

/** Without the payload of what is no message of a turn. */
const eventsAfter = statement<{ after: number; limit: number }>()((db, slots) =>
  db
    .selectFrom('session_events as e')
    .leftJoin('blobs as b', (join) => join.onRef('b.blob_id', '=', 'e.blob_id'))
    .select([
      'e.position',
      'e.type',
      sql<string | null>`case when e.turn_id is not null and e.type in ('user_message', 'agent_message')
        then coalesce(b.body, e.payload) end`.as('payload'),
    ])
    .where('e.position', '>', slots.after)
    .orderBy('e.position')
    .limit(slots.limit),
);
