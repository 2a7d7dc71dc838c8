import type { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../src/clock.ts';
import { termsOf } from '../../src/retrieval/message-words.ts';
import { bucketOf, placeOf, withTerms } from '../../src/retrieval/word-rows.ts';
import { wordOfMessages } from './fill-messages.ts';
import { idOf, numbersFrom } from './many-sessions.ts';

/** Different conversations; each session has one of them. */
const conversations = 500;
const vocabulary = 20_000;

/** Sessions of one question (20 words) and one answer (80) each, evenly of so many people, with the rows of their words: straight into the tables, and
 *  noted as stored, since the commands of the server would take hours for a million. Owners come in the order of their ids, as the rows of words lie. */
export function fillOthers(database: DatabaseSync, { people, sessions }: { people: number; sessions: number }): void {
  const draw = numbersFrom(3);
  const text = (count: number) =>
    Array.from({ length: count }, () => wordOfMessages(Math.floor(draw() ** 4 * vocabulary))).join(' ');
  const said = Array.from({ length: conversations }, () => ({ question: text(20), answer: text(80) })).map(
    ({ question, answer }) => ({
      question: JSON.stringify({ text: question }),
      answer: JSON.stringify({ text: answer, final: true }),
      words: wordsOf(question, answer),
    }),
  );
  const session = database.prepare(`insert into user_sessions (session_id, user_id, active_agent_id, title, created_at,
    last_activity, message_count, user_query_count, last_seq, last_turn_no, rev) values (?, ?, 'librarian', 'Title', ?, ?, 2, 1, 2, 1, ?)`);
  const member = database.prepare(
    `insert into session_members (session_id, user_id, level, added_at) values (?, ?, 'owner', ?)`,
  );
  const turn = database.prepare(`insert into turns (turn_id, session_id, turn_no, author_user_id, client_turn_id,
    request_hash, agent_id, corpora, state, attempt, fence, message_seq, created_at, updated_at)
    values (?, ?, 1, ?, ?, '', 'librarian', '[]', 'done', 1, 1, 1, ?, ?)`);
  const event = database.prepare(`insert into session_events (session_id, seq, type, turn_id, payload, at)
    values (?, ?, ?, ?, ?, ?)`);
  const word = database.prepare(
    `insert into message_words (owner_id, bucket, session_id, block, words) values (?, ?, ?, 0, ?)`,
  );
  const loose = database.prepare(`insert into loose_words (owner_id, session_id, block) values (?, ?, 0)`);
  let rev = Number(database.prepare('select coalesce(max(rev), 0) as rev from user_sessions').get()?.['rev']);
  const nowMs = systemClock.nowMs();
  const owners = Array.from({ length: people }, (_, n) => idOf('others', n)).toSorted();
  database.exec('begin');
  for (const [at, userId] of owners.entries()) {
    for (let n = at; n < sessions; n += people) {
      const sessionId = idOf('sessions of others', n);
      const turnId = idOf('turns of others', n);
      const { question, answer, words } = said[n % conversations] ?? { question: '', answer: '', words: new Map() };
      const then = new Date(nowMs - Math.floor(draw() * 365 * 86_400_000)).toISOString();
      session.run(sessionId, userId, then, then, ++rev);
      member.run(sessionId, userId, then);
      turn.run(turnId, sessionId, userId, turnId, then, then);
      event.run(sessionId, 1, 'user_message', turnId, question, then);
      event.run(sessionId, 2, 'agent_message', turnId, answer, then);
      for (const [bucket, row] of words) word.run(userId, bucket, sessionId, row);
      loose.run(userId, sessionId);
    }
    if (at % 100 === 99) database.exec('commit; begin');
  }
  database.exec(`update settings set value = json_set(value, '$.position', (select max(position) from session_events))
    where key = 'messages.words'`);
  database.exec('commit');
}

/** By bucket. */
function wordsOf(question: string, answer: string): Map<number, string> {
  const rows = new Map<number, string>();
  for (const [by, text] of [
    ['user', question],
    ['assistant', answer],
  ] as const) {
    for (const [bucket, terms] of Map.groupBy(termsOf(text), bucketOf)) {
      rows.set(bucket, withTerms(rows.get(bucket) ?? '', terms, placeOf(1, by).place));
    }
  }
  return rows;
}
