import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { chatAnswer, history, type TurnAnswer, turnAnswer } from '../../src/contract/sessions.ts';
import type { RecordedRequest } from '../../src/models/testing/fake-answers.ts';
import { answered, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { openSession, type Person, signIn } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { answerOf, ask, logOf, send, stateOf, untilEnded } from '../turns.ts';
import { fastestOf, waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true });
let alice: Person;
beforeAll(async () => {
  alice = await server().person();
});

const turnsPath = (sessionId: string) => `/api/sessions/${sessionId}/turns`;
const stopPath = (turn: TurnAnswer) => `${turnsPath(turn.session_id)}/${turn.turn_id}/stop`;

/** Waits until a turn shows its first text; gives the text so far. */
async function untilText(sessionId: string): Promise<string> {
  const stream = await alice.client.stream(`/api/sessions/${sessionId}/events`);
  const text = await stream.until('text', ({ events }) => {
    const pieces = events.filter((event) => event.type === 'text_delta');
    return pieces.length > 0 && pieces.map((piece) => piece.text).join('');
  });
  await stream.close();
  return text;
}

/** The conversation a model was asked with, its instructions left out. */
function saidTo(asked: RecordedRequest | undefined): [string, unknown][] {
  const said = asked?.body.messages?.map(({ role, content }): [string, unknown] => [role, content]) ?? [];
  return said.filter(([role]) => role !== 'system');
}

describe('sending', () => {
  test('a message that is answered 202 is in the database file', async () => {
    const { session_id } = await openSession(alice);
    const turn = await send(alice, session_id, 'durable?');
    const rows = queryDatabase(
      server().databasePath,
      'select session_id, type, payload from session_events where turn_id = ? and seq = ?',
      turn.turn_id,
      turn.seq,
    );
    expect(rows).toMatchObject([{ session_id, type: 'user_message', payload: expect.stringContaining('"durable?"') }]);
    expect(turn).toMatchObject({ session_id, seq: 1, state: 'queued' });
    await untilEnded(alice, session_id, turn.turn_id);
  });

  test('the same id and body again give 200 and the first result, the id in capitals too', async () => {
    const { session_id } = await openSession(alice);
    const body = { client_turn_id: randomUUID(), text: 'once only' };
    const first = answered(await alice.client.post(turnsPath(session_id), body), 202, turnAnswer);
    const { state: _state, ...same } = first;
    for (const client_turn_id of [body.client_turn_id, body.client_turn_id.toUpperCase()]) {
      const again = await alice.client.post(turnsPath(session_id), { ...body, client_turn_id });
      expect(answered(again, 200, turnAnswer)).toMatchObject(same);
    }
    const log = await untilEnded(alice, session_id, first.turn_id);
    const late = answered(await alice.client.post(turnsPath(session_id), body), 200, turnAnswer);
    expect(late).toEqual({ ...first, state: 'done' });
    expect(await logOf(alice, session_id)).toEqual(log);
    expect(log.filter((event) => event.type === 'user_message')).toHaveLength(1);
  });

  test('the same id with another body is a 409 and changes nothing', async () => {
    const { session_id } = await openSession(alice);
    const body = { client_turn_id: randomUUID(), text: 'the first' };
    const { turn_id } = answered(await alice.client.post(turnsPath(session_id), body), 202, turnAnswer);
    const log = await untilEnded(alice, session_id, turn_id);
    for (const other of [{ text: 'another' }, { corpora: [] }, { parent_turn_id: turn_id }]) {
      refused(await alice.client.post(turnsPath(session_id), { ...body, ...other }), 409, 'turn_id_reused');
    }
    const chat = { message: 'another', client_turn_id: body.client_turn_id };
    refused(await alice.client.post(`/api/sessions/${session_id}/chat`, chat), 409, 'turn_id_reused');
    expect(await logOf(alice, session_id)).toEqual(log);
  });

  test('the same message sent twenty times at once is stored once', async () => {
    const { session_id } = await openSession(alice);
    const body = { client_turn_id: randomUUID(), text: 'all at once' };
    const replies = await Promise.all(Array.from({ length: 20 }, () => alice.client.post(turnsPath(session_id), body)));
    const statuses = replies.map((reply) => reply.status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([...Array.from({ length: 19 }, () => 200), 202]);
    const turns = new Set(replies.map((reply) => turnAnswer.parse(JSON.parse(reply.text)).turn_id));
    expect(turns.size).toBe(1);
    const log = await untilEnded(alice, session_id, [...turns][0] ?? '');
    expect(log.map((event) => event.type)).toEqual([
      'user_message',
      'turn_state',
      'turn_state',
      'agent_message',
      'turn_state',
    ]);
  });

  test('the same client_turn_id in two sessions is two messages', async () => {
    const [one, other] = [await openSession(alice), await openSession(alice)];
    const body = { client_turn_id: randomUUID(), text: 'in both' };
    for (const { session_id } of [one, other]) {
      const turn = answered(await alice.client.post(turnsPath(session_id), body), 202, turnAnswer);
      await untilEnded(alice, session_id, turn.turn_id);
    }
  });

  test('turns of a session run one after another, in the order they were sent', async () => {
    const { session_id } = await openSession(alice);
    server().model.next({ text: 'the first answer takes its time', pieceDelayMs: 50 });
    const turns: TurnAnswer[] = [];
    for (const text of ['first', 'second', 'third']) turns.push(await send(alice, session_id, text));
    const log = await untilEnded(alice, session_id, turns[2]?.turn_id ?? '');
    const ran = log.flatMap((event) =>
      event.type === 'turn_state' && event.state !== 'queued' ? [[event.turn_id, event.state]] : [],
    );
    expect(ran).toEqual(
      turns.flatMap(({ turn_id }) => [
        [turn_id, 'running'],
        [turn_id, 'done'],
      ]),
    );
    expect(log.map((event) => event.seq)).toEqual(log.map((_event, index) => index + 1));
    await checkInvariants(server().databasePath);
  });

  test('beyond twenty waiting messages a session answers 429, and takes more once it has room', async () => {
    const { session_id } = await openSession(alice);
    server().model.next({ text: 'one moment', stallAfter: 1 });
    const running = await send(alice, session_id, 'running');
    await untilText(session_id);
    const waiting: TurnAnswer[] = [];
    for (let i = 0; i < 20; i++) waiting.push(await send(alice, session_id, `waiting ${i}`));
    const reply = await alice.client.post(turnsPath(session_id), { client_turn_id: randomUUID(), text: 'too much' });
    refused(reply, 429, 'too_many_requests');
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    for (const turn of waiting.slice(1)) await alice.client.post(stopPath(turn));
    await alice.client.post(stopPath(running));
    const log = await untilEnded(alice, session_id, waiting[0]?.turn_id ?? '');
    expect(stateOf(log, waiting[0]?.turn_id ?? '')?.state).toBe('done');
    expect((await ask(alice, session_id, 'room again')).state).toBe('done');
    await checkInvariants(server().databasePath);
  });

  test.each([
    ['no id', { text: 'hello' }],
    ['an id that is none', { client_turn_id: '1', text: 'hello' }],
    ['no text', { client_turn_id: randomUUID() }],
    ['an empty text', { client_turn_id: randomUUID(), text: '' }],
    ['a text of blanks', { client_turn_id: randomUUID(), text: ' \n\t ' }],
    ['a text beyond 64,000 units', { client_turn_id: randomUUID(), text: 'x'.repeat(64_001) }],
    ['an unknown field', { client_turn_id: randomUUID(), text: 'hello', role: 'system' }],
    ['an unknown corpus', { client_turn_id: randomUUID(), text: 'hello', corpora: ['none of that name'] }],
    ['an unknown parent', { client_turn_id: randomUUID(), text: 'hello', parent_turn_id: randomUUID() }],
  ])('%s is a 400 and stores nothing', async (_name, body) => {
    const { session_id } = await openSession(alice);
    refused(await alice.client.post(turnsPath(session_id), body), 400, 'bad_request');
    expect(await logOf(alice, session_id)).toEqual([]);
  });

  test('the longest message, of signs outside the basic plane, comes back as it was sent', async () => {
    const { session_id } = await openSession(alice);
    const text = '\u{1F9ED}'.repeat(32_000);
    server().model.next({ text });
    const { log, answer } = await ask(alice, session_id, text);
    expect(log[0]).toMatchObject({ type: 'user_message', text });
    expect(answer?.text).toBe(text);
    await checkInvariants(server().databasePath);
  });

  test('NUL and a torn surrogate become the replacement sign, and the resend is still the same message', async () => {
    const { session_id } = await openSession(alice);
    const body = `{"client_turn_id":"${randomUUID()}","text":"a\\u0000b\\ud800c"}`;
    const headers = { 'content-type': 'application/json' };
    const turn = answered(await alice.client.call('POST', turnsPath(session_id), { body, headers }), 202, turnAnswer);
    answered(await alice.client.call('POST', turnsPath(session_id), { body, headers }), 200, turnAnswer);
    const log = await untilEnded(alice, session_id, turn.turn_id);
    expect(log[0]).toMatchObject({ text: 'a\uFFFDb\uFFFDc' });
  });
});

describe('stopping', () => {
  test('a turn whose model stalls stops in under a second, its text stays, and the model is let go', async () => {
    const tookMs = await fastestOf(3, 1_000, async () => {
      const { session_id } = await openSession(alice);
      server().model.next({ text: 'the beginning of an answer that never ends', stallAfter: 4 });
      const turn = await send(alice, session_id, 'stall, please');
      const shown = await untilText(session_id);
      const stream = await alice.client.stream(`/api/sessions/${session_id}/events`);
      const startedMs = performance.now();
      const reply = await alice.client.post(stopPath(turn));
      expect([reply.status, JSON.parse(reply.text)]).toEqual([202, { turn_id: turn.turn_id, state: 'cancelled' }]);
      await stream.until('cancelled', ({ events }) =>
        events.some((event) => event.type === 'turn_state' && event.state === 'cancelled'),
      );
      const stoppedMs = performance.now() - startedMs;
      await stream.close();
      const log = await logOf(alice, session_id);
      const answer = answerOf(log, turn.turn_id);
      expect(answer).toMatchObject({ final: true, partial: true, citations: [] });
      expect(answer?.text.startsWith(shown)).toBe(true);
      expect('the beginning of an answer that never ends'.startsWith(answer?.text ?? '-')).toBe(true);
      const asked = server().model.requests.at(-1);
      await waitFor('the request to the model given up', () => asked?.aborted);
      return stoppedMs;
    });
    expect(tookMs).toBeLessThan(1_000);
    await checkInvariants(server().databasePath);
  });

  test('stopping again, and stopping what is over, change nothing', async () => {
    const { session_id } = await openSession(alice);
    server().model.next({ text: 'some words and then silence', stallAfter: 2 });
    const turn = await send(alice, session_id, 'stall');
    await untilText(session_id);
    await alice.client.post(stopPath(turn));
    const log = await logOf(alice, session_id);
    for (let i = 0; i < 2; i++) {
      const again = await alice.client.post(stopPath(turn));
      expect([again.status, JSON.parse(again.text)]).toEqual([202, { turn_id: turn.turn_id, state: 'cancelled' }]);
    }
    expect(await logOf(alice, session_id)).toEqual(log);
    const done = await ask(alice, session_id, 'and a whole one');
    const late = await alice.client.post(stopPath(done.turn));
    expect(JSON.parse(late.text)).toEqual({ turn_id: done.turn.turn_id, state: 'done' });
    expect(await logOf(alice, session_id)).toEqual(done.log);
  });

  test('another login of the same person stops it; a waiting turn ends without having begun', async () => {
    const { admin, url, adminPassword } = server();
    const { session_id } = await openSession(admin);
    server().model.next({ text: 'words that go on and on', stallAfter: 2 });
    const running = await send(admin, session_id, 'stall');
    const queued = await send(admin, session_id, 'wait');
    const phone = await signIn(url, 'admin', adminPassword);
    expect((await phone.client.post(stopPath(queued))).status).toBe(202);
    expect((await phone.client.post(stopPath(running))).status).toBe(202);
    const log = await logOf(admin, session_id);
    expect(stateOf(log, running.turn_id)).toMatchObject({ state: 'cancelled', code: 'stopped' });
    expect(stateOf(log, queued.turn_id)).toMatchObject({ state: 'cancelled', attempt: 0 });
    expect(answerOf(log, queued.turn_id)).toBeUndefined();
    expect((await ask(admin, session_id, 'and on')).state).toBe('done');
    await checkInvariants(server().databasePath);
  });

  test('a person who stops an answer and writes “go on” is understood: the model has said what was shown', async () => {
    const { session_id } = await openSession(alice);
    server().model.next({ text: 'the first half of an answer', stallAfter: 4 });
    const turn = await send(alice, session_id, 'Tell me all');
    await untilText(session_id);
    await alice.client.post(stopPath(turn));
    const kept = answerOf(await logOf(alice, session_id), turn.turn_id)?.text;
    expect(kept).toMatch(/^the/);
    await ask(alice, session_id, 'go on');
    expect(saidTo(server().model.requests.at(-1))).toEqual([
      ['user', 'Tell me all'],
      ['assistant', kept],
      ['user', 'go on'],
    ]);
  });

  test('an answer that is tried again is answered anew: the model sees neither the message twice nor the first try', async () => {
    const { session_id } = await openSession(alice);
    server().model.next({ text: 'a beginning nobody liked', stallAfter: 2 });
    const turn = await send(alice, session_id, 'Tell me all');
    await untilText(session_id);
    await alice.client.post(stopPath(turn));
    const again = await send(alice, session_id, 'Tell me all', { replaces_turn_id: turn.turn_id });
    await untilEnded(alice, session_id, again.turn_id);
    expect(saidTo(server().model.requests.at(-1))).toEqual([['user', 'Tell me all']]);
  });

  test('a turn that does not exist is a 404', async () => {
    const { session_id } = await openSession(alice);
    for (const id of [randomUUID(), 'none', '..', '%00']) {
      refused(await alice.client.post(`${turnsPath(session_id)}/${id}/stop`), 404, 'not_found');
    }
  });
});

describe('chat and history', () => {
  test('chat waits for the turn and answers with it; history tells the same', async () => {
    const { session_id } = await openSession(alice);
    server().model.next({ text: 'A whole answer.', pieceDelayMs: 20 });
    const reply = await alice.client.post(`/api/sessions/${session_id}/chat`, { message: 'and?' });
    const chat = answered(reply, 200, chatAnswer);
    const log = await logOf(alice, session_id);
    const answer = answerOf(log, chat.turn_id);
    expect(chat).toEqual({
      response: 'A whole answer.',
      timestamp: answer?.at,
      session_id,
      turn_id: answer?.turn_id,
      citations: [],
    });
    const told = answered(await alice.client.get(`/api/sessions/${session_id}/history`), 200, history);
    expect(told.chat_history).toEqual([
      { role: 'user', content: 'and?', timestamp: log[0]?.at },
      { role: 'assistant', content: 'A whole answer.', timestamp: answer?.at },
    ]);
  });

  test('chat with an id that was sent before waits for that turn and stores nothing more', async () => {
    const { session_id } = await openSession(alice);
    const body = { message: 'once', client_turn_id: randomUUID() };
    const first = await alice.client.post(`/api/sessions/${session_id}/chat`, body);
    const again = await alice.client.post(`/api/sessions/${session_id}/chat`, body);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect((await logOf(alice, session_id)).filter((event) => event.type === 'user_message')).toHaveLength(1);
  });

  test('a caller who leaves does not end the turn', async () => {
    const { session_id } = await openSession(alice);
    server().model.next({ text: 'this goes on without its caller', pieceDelayMs: 60 });
    const leaving = new AbortController();
    const call = fetch(new URL(`/api/sessions/${session_id}/chat`, server().url), {
      method: 'POST',
      headers: { ...alice.client.headers(), 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'I will leave' }),
      signal: leaving.signal,
    });
    const left = expect(call).rejects.toThrow();
    await untilText(session_id);
    leaving.abort();
    await left;
    const [message] = await logOf(alice, session_id);
    const log = await untilEnded(alice, session_id, message?.turn_id ?? '');
    expect(answerOf(log, message?.turn_id ?? '')).toMatchObject({
      text: 'this goes on without its caller',
      partial: false,
    });
  });

  test('a turn that ends without an answer is an error of the chat, told as the contract tells errors', async () => {
    const { session_id } = await openSession(alice);
    server().model.next({ status: 401 });
    const reply = await alice.client.post(`/api/sessions/${session_id}/chat`, { message: 'anybody?' });
    refused(reply, 502, 'turn_failed');
  });

  test('the model is asked in the order of the conversation', async () => {
    const { session_id } = await openSession(alice);
    server().model.next({ text: 'Blue.' });
    await ask(alice, session_id, 'Which colour?');
    await ask(alice, session_id, 'And why?');
    const messages = server().model.requests.at(-1)?.body.messages ?? [];
    const told = messages.filter((each) => each.role !== 'system').map((each) => [each.role, flat(each.content)]);
    expect(told).toEqual([
      ['user', 'Which colour?'],
      ['assistant', 'Blue.'],
      ['user', 'And why?'],
    ]);
  });
});

function flat(content: unknown): string {
  return typeof content === 'string' ? content : JSON.stringify(content);
}

test('somebody whose account was suspended gets no further answer', async () => {
  const bob = await server().person();
  const { session_id } = await openSession(bob);
  server().model.next({ text: 'still running', stallAfter: 1 });
  await send(bob, session_id, 'one');
  const queued = await send(bob, session_id, 'two');
  await server().admin.client.patch(`/api/admin/users/${bob.user.id}`, { is_active: false });
  refused(await bob.client.get(`/api/sessions/${session_id}`), 401);
  await server().admin.client.post(`/api/admin/sessions/${session_id}/invalidate`);
  const [state] = queryDatabase(server().databasePath, 'select state from turns where turn_id = ?', queued.turn_id);
  expect(state).toEqual({ state: 'cancelled' });
});
