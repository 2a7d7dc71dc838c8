import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { history, session, snapshot } from '../../src/contract/sessions.ts';
import type { RecordedRequest } from '../../src/models/testing/fake-answers.ts';
import { answered, refused } from '../client.ts';
import { openSession, type Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, logOf, send, untilEnded } from '../turns.ts';

const server = sharedServer({ withModel: true });
let alice: Person;
beforeAll(async () => {
  alice = await server().person();
});

/** The conversation a model was asked with, its instructions left out. */
function saidTo(asked: RecordedRequest | undefined): [string, unknown][] {
  const said = asked?.body.messages?.map(({ role, content }): [string, unknown] => [role, content]) ?? [];
  return said.filter(([role]) => role !== 'system');
}

function textsTo(asked: RecordedRequest | undefined): unknown[] {
  return saidTo(asked).map(([, text]) => text);
}

async function told(sessionId: string): Promise<string[]> {
  const reply = await alice.client.get(`/api/sessions/${sessionId}/history`);
  return answered(reply, 200, history).chat_history.map(({ content }) => content);
}

/** Asks, with the model's answer given, and waits until the turn is over. */
async function askFor(sessionId: string, text: string, answer: string, more: object = {}): Promise<string> {
  server().model.next({ text: answer });
  const { turn_id } = await send(alice, sessionId, text, more);
  await untilEnded(alice, sessionId, turn_id);
  return turn_id;
}

test('the model sees the branch that its turn is in, and nothing of the others', async () => {
  const { session_id } = await openSession(alice);
  await askFor(session_id, 'one', 'first');
  const two = await askFor(session_id, 'two', 'second');
  await askFor(session_id, 'three', 'third');
  const edited = await askFor(session_id, 'two edited', 'second of two', { replaces_turn_id: two });
  expect(saidTo(server().model.requests.at(-1))).toEqual([
    ['user', 'one'],
    ['assistant', 'first'],
    ['user', 'two edited'],
  ]);
  await askFor(session_id, 'four', 'fourth');
  expect(textsTo(server().model.requests.at(-1))).toEqual('one, first, two edited, second of two, four'.split(', '));
  await askFor(session_id, 'on in it', 'yes', { parent_turn_id: two });
  expect(textsTo(server().model.requests.at(-1))).toEqual(
    'one, first, two, second, three, third, on in it'.split(', '),
  );
  await askFor(session_id, 'two edited', 'once more', { replaces_turn_id: edited });
  expect(textsTo(server().model.requests.at(-1))).toEqual(['one', 'first', 'two edited']);
  await checkInvariants(server().databasePath);
});

test('history and chat are of the newest branch; the log, the snapshot and the counts are of all', async () => {
  const { session_id } = await openSession(alice);
  const one = await askFor(session_id, 'one', 'first');
  await askFor(session_id, 'two', 'second');
  const other = await askFor(session_id, 'one, edited', 'first of two', { replaces_turn_id: one });
  expect(await told(session_id)).toEqual(['one, edited', 'first of two']);
  server().model.next({ text: 'from chat' });
  await alice.client.post(`/api/sessions/${session_id}/chat`, { message: 'by chat' });
  expect(await told(session_id)).toEqual(['one, edited', 'first of two', 'by chat', 'from chat']);
  const facts = answered(await alice.client.get(`/api/sessions/${session_id}`), 200, session);
  expect(facts).toMatchObject({ title: 'one', chat_messages: 8, user_queries: 4 });
  const whole = answered(await alice.client.get(`/api/sessions/${session_id}/snapshot`), 200, snapshot);
  expect(whole.turns.map((turn) => [turn.parent_turn_id, turn.replaces_turn_id])).toEqual([
    [null, null],
    [one, null],
    [null, one],
    [other, null],
  ]);
  const log = await logOf(alice, session_id);
  expect(log.filter((event) => event.type === 'user_message')).toHaveLength(4);
});

test('a message and an edit that are sent at once are both stored, each in its branch, and each once', async () => {
  const { session_id } = await openSession(alice);
  const { turn } = await ask(alice, session_id, 'one');
  const path = `/api/sessions/${session_id}/turns`;
  const further = { client_turn_id: randomUUID(), text: 'two', parent_turn_id: turn.turn_id };
  const edit = { client_turn_id: randomUUID(), text: 'one, edited', replaces_turn_id: turn.turn_id };
  const replies = await Promise.all([further, edit, further, edit].map((body) => alice.client.post(path, body)));
  expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 202, 202]);
  const places = (await logOf(alice, session_id)).flatMap((event) =>
    event.type === 'user_message' ? [[event.text, event.parent_turn_id, event.replaces_turn_id]] : [],
  );
  expect(places).toHaveLength(3);
  expect(places).toContainEqual(['one, edited', null, turn.turn_id]);
  expect(places).toContainEqual(['two', turn.turn_id, null]);
});

test('two messages that are sent at once after one answer follow one another', async () => {
  const { session_id } = await openSession(alice);
  const { turn } = await ask(alice, session_id, 'one');
  const [a, b] = await Promise.all([
    send(alice, session_id, 'two', { parent_turn_id: turn.turn_id }),
    send(alice, session_id, 'three', { parent_turn_id: turn.turn_id }),
  ]);
  await Promise.all([untilEnded(alice, session_id, a.turn_id), untilEnded(alice, session_id, b.turn_id)]);
  expect(await told(session_id)).toHaveLength(6);
});

test('a parent that the replaced turn does not follow is a 400 and stores nothing', async () => {
  const { session_id } = await openSession(alice);
  const { turn: one } = await ask(alice, session_id, 'one');
  const { turn: two } = await ask(alice, session_id, 'two');
  const before = await logOf(alice, session_id);
  const body = { client_turn_id: randomUUID(), text: 'x', replaces_turn_id: one.turn_id, parent_turn_id: two.turn_id };
  refused(await alice.client.post(`/api/sessions/${session_id}/turns`, body), 400, 'bad_request');
  expect(await logOf(alice, session_id)).toEqual(before);
});
