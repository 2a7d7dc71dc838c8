import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { adminSessionFacts, adminTurns } from '../../src/contract/admin-session.ts';
import { answered, refused } from '../client.ts';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';

const server = sharedServer({ withModel: true });
const at = (sessionId: string) => `/api/admin/sessions/${sessionId}`;
const factsOf = async (sessionId: string) =>
  answered(await server().admin.client.get(at(sessionId)), 200, adminSessionFacts);
const turnsOf = async (sessionId: string, query = '') =>
  answered(await server().admin.client.get(`${at(sessionId)}/turns${query}`), 200, adminTurns);

test('a session’s facts and the timeline of its turns: times, model, tokens, tools; nothing that was said', async () => {
  const person = await server().person();
  const { session_id: sessionId } = await openSession(person);
  server().model.next(
    { text: '', toolCalls: [{ id: 'call', name: 'search_corpora', arguments: '{"query":"SECRET query"}' }] },
    { text: 'SECRET answer', usage: { prompt_tokens: 30, completion_tokens: 4 } },
  );
  const { turn, state } = await ask(person, sessionId, `${'What is said here is long. '.repeat(5)}SECRET question`);
  expect(state).toBe('done');
  const facts = await factsOf(sessionId);
  expect(facts).toMatchObject({
    session: { session_id: sessionId, username: person.username, chat_messages: 2, user_queries: 1, running: false },
    archived: false,
    pinned: false,
    deleted_at: null,
    corpora: null,
    turns: 1,
  });
  const { turns, next_before } = await turnsOf(sessionId);
  expect(next_before).toBeNull();
  expect(turns).toMatchObject([
    {
      turn_id: turn.turn_id,
      turn_no: 1,
      state: 'done',
      code: null,
      username: person.username,
      agent_name: 'Librarian',
      replaces_turn_no: null,
      tools: [{ name: 'search_corpora', calls: 1 }],
      attempts: [{ attempt: 1, model: 'scripted', outcome: 'done' }],
    },
  ]);
  const [attempt] = turns[0]?.attempts ?? [];
  if (!attempt?.first_text_at || !attempt.ended_at) throw new Error('it has an end');
  expect(attempt.started_at <= attempt.first_text_at && attempt.first_text_at <= attempt.ended_at).toBe(true);
  expect([facts.input_tokens, facts.output_tokens]).toEqual([attempt.input_tokens, attempt.output_tokens]);
  for (const path of [at(sessionId), `${at(sessionId)}/turns`]) {
    expect((await server().admin.client.get(path)).text).not.toContain('SECRET');
  }
});

test('a turn that failed tells why, and one asked again names the one it stands for', async () => {
  const person = await server().person();
  const { session_id: sessionId } = await openSession(person);
  server().model.next({ status: 401 });
  const { turn } = await ask(person, sessionId, 'Will this work?');
  const body = { client_turn_id: randomUUID(), text: 'Will this work?', replaces_turn_id: turn.turn_id };
  server().model.next({ text: 'It does.' });
  expect((await person.client.post(`/api/sessions/${sessionId}/turns`, body)).status).toBe(202);
  const { turns } = await turnsOf(sessionId);
  expect(turns[0]).toMatchObject({ turn_no: 2, replaces_turn_no: 1 });
  expect(turns[1]).toMatchObject({
    turn_no: 1,
    state: 'failed',
    code: 'model_unauthorized',
    attempts: [{ model: 'scripted', outcome: 'failed', first_text_at: null }],
  });
});

test('the turns come in pages, the newest first', async () => {
  const person = await server().person();
  const { session_id: sessionId } = await openSession(person);
  server().model.always({ text: 'Yes.' });
  for (const each of [1, 2, 3, 4, 5]) await ask(person, sessionId, `Question ${each}`);
  const first = await turnsOf(sessionId, '?limit=2');
  expect(first.turns.map(({ turn_no }) => turn_no)).toEqual([5, 4]);
  const second = await turnsOf(sessionId, `?limit=3&before=${first.next_before}`);
  expect(second.turns.map(({ turn_no }) => turn_no)).toEqual([3, 2, 1]);
  expect(second.next_before).toBeNull();
  refused(await server().admin.client.get(`${at(sessionId)}/turns?limit=0`), 400, 'bad_request');
});

test('a deleted session has facts still, and one that never was is a 404', async () => {
  const person = await server().person();
  const { session_id: sessionId } = await openSession(person, { title: 'Soon gone' });
  await person.client.delete(`/api/sessions/${sessionId}`);
  const facts = await factsOf(sessionId);
  expect(facts.session.title).toBe('Soon gone');
  expect(facts.deleted_at).not.toBeNull();
  for (const path of [at(randomUUID()), `${at(randomUUID())}/turns`]) {
    refused(await server().admin.client.get(path), 404, 'not_found');
  }
});
