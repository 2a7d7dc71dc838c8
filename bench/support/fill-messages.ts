import type { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../src/clock.ts';
import { idOf, numbersFrom } from './many-sessions.ts';

const turns = 10;
const vocabulary = 20_000;
const letters = 'etaoinshrdlucmfwypvbgk';

/** The n-th word, more likely the earlier; of four to nine letters, and of no other number. */
export function wordOfMessages(n: number): string {
  const draw = numbersFrom(n + 1);
  const length = 4 + Math.floor(draw() * 4);
  const word = Array.from({ length }, () => letters[Math.floor(draw() ** 1.5 * letters.length)]).join('');
  return `${word}${letters[n % letters.length]}${letters[Math.floor(n / letters.length) % letters.length]}`;
}

/** Sessions of ten questions and answers each, straight into the tables: what a search reads, and nothing else. */
export function fillMessages(
  database: DatabaseSync,
  { userId, sessions, seed }: { userId: string; sessions: number; seed: number },
): void {
  const draw = numbersFrom(seed);
  const words = Array.from({ length: vocabulary }, (_, n) => wordOfMessages(n));
  const text = (count: number) =>
    Array.from({ length: count }, () => words[Math.floor(draw() ** 4 * vocabulary)]).join(' ');
  const session = database.prepare(`insert into user_sessions (session_id, user_id, active_agent_id, title, created_at,
    last_activity, message_count, user_query_count, last_seq, last_turn_no, rev)
    values (?, ?, 'librarian', ?, ?, ?, 20, 10, 20, 10, (select coalesce(max(rev), 0) + 1 from user_sessions))`);
  const member = database.prepare(
    `insert into session_members (session_id, user_id, level, added_at) values (?, ?, 'owner', ?)`,
  );
  const turn = database.prepare(`insert into turns (turn_id, session_id, turn_no, author_user_id, client_turn_id,
    request_hash, agent_id, corpora, state, attempt, fence, message_seq, created_at, updated_at)
    values (?, ?, ?, ?, ?, '', 'librarian', '[]', 'done', 1, 1, ?, ?, ?)`);
  const event = database.prepare(`insert into session_events (session_id, seq, type, turn_id, payload, at)
    values (?, ?, ?, ?, ?, ?)`);
  const nowMs = systemClock.nowMs();
  database.exec('begin');
  for (let n = 0; n < sessions; n++) {
    const sessionId = idOf(`messages ${seed}`, n);
    const at = new Date(nowMs - Math.floor(draw() * 365 * 86_400_000)).toISOString();
    session.run(sessionId, userId, text(5), at, at);
    member.run(userId, sessionId, at);
    for (let k = 1; k <= turns; k++) {
      const turnId = idOf(`turn of ${sessionId}`, k);
      turn.run(turnId, sessionId, k, userId, turnId, 2 * k - 1, at, at);
      event.run(sessionId, 2 * k - 1, 'user_message', turnId, JSON.stringify({ text: text(20) }), at);
      event.run(sessionId, 2 * k, 'agent_message', turnId, JSON.stringify({ text: text(80), final: true }), at);
    }
    if (n % 1_000 === 999) database.exec('commit; begin');
  }
  database.exec('commit');
}
