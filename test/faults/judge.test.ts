import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { openSession, type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { send, untilEnded } from '../turns.ts';
import { History, type Sent } from './history.ts';
import { judge } from './judge.ts';

const server = sharedServer({ withModel: true });
let person: Person;
let sessionId: string;
let turnId: string;
let seq: number;
const clientTurnId = randomUUID();
const answer = 'kept to the letter';

beforeAll(async () => {
  person = await server().person();
  sessionId = (await openSession(person)).session_id;
  server().model.always({ text: answer });
  const sent = await send(person, sessionId, 'hello', { client_turn_id: clientTurnId });
  [turnId, seq] = [sent.turn_id, sent.seq];
  await untilEnded(person, sessionId, turnId);
});

/** A history of the one message that is stored, told differently. */
function told(sent: Partial<Sent> = {}): History {
  const history = new History();
  const whole: Sent = { sessionId, clientTurnId, text: 'hello', ...sent };
  history.invoke(whole);
  history.settle(whole.clientTurnId, { state: 'stored', turnId, seq });
  return history;
}

const show = (history: History, text: string, attempt = 1) =>
  history.show('reader', { sessionId, turnId, attempt, step: 0, text });

test('a true history has no breach', async () => {
  const history = told();
  show(history, 'kept to the');
  const page = await person.client.get(`/api/sessions/${sessionId}/events`);
  for (const event of JSON.parse(page.text).events) history.apply('reader', sessionId, event.seq, event);
  expect(history.applied.length).toBeGreaterThan(3);
  expect(await judge(server().dataDir, history)).toEqual({ lost: 0, doubled: 0, breaches: [] });
});

test('an acknowledged message that is not stored is lost', async () => {
  expect(await judge(server().dataDir, told({ clientTurnId: randomUUID() }))).toMatchObject({
    lost: 1,
    breaches: [expect.stringContaining('not stored')],
  });
});

test('a message with other words than were sent is a breach', async () => {
  const { breaches } = await judge(server().dataDir, told({ text: 'hello?' }));
  expect(breaches).toEqual([expect.stringContaining('not stored as it was sent')]);
});

test('a message that was refused and is stored is a breach', async () => {
  const history = new History();
  history.invoke({ sessionId, clientTurnId, text: 'hello' });
  history.settle(clientTurnId, { state: 'refused' });
  expect((await judge(server().dataDir, history)).breaches).toEqual([expect.stringContaining('refused message')]);
});

test('a message acknowledged as two turns is a breach', async () => {
  const history = told();
  history.settle(clientTurnId, { state: 'stored', turnId: randomUUID(), seq });
  expect((await judge(server().dataDir, history)).breaches).toEqual([expect.stringContaining('two different turns')]);
});

test('shown characters that the answer does not have are lost, each counted', async () => {
  const history = told();
  show(history, 'kept for ever');
  expect(await judge(server().dataDir, history)).toMatchObject({ lost: 'for ever'.length });
});

test('text of an attempt that another replaced may differ only where the model begins anew', async () => {
  const history = told();
  show(history, 'what nobody kept', 0);
  expect(await judge(server().dataDir, history)).toMatchObject({ lost: 0, breaches: [] });
  expect((await judge(server().dataDir, history, { continues: true })).lost).toBeGreaterThan(0);
});

test('an applied event that the log does not hold is a breach', async () => {
  const history = told();
  history.apply('reader', sessionId, 1, { seq: 1, type: 'user_message' });
  expect((await judge(server().dataDir, history)).breaches).toEqual([expect.stringContaining('I3')]);
});

test('what clients record while the store is read is not held against what was read before', async () => {
  const history = new History();
  const reading = {
    verify: async (applied: readonly string[]) => {
      history.apply('reader', 'session', 1, {});
      history.show('reader', { sessionId: 'session', turnId: 'turn', attempt: 1, step: 0, text: 'just now' });
      const sent = { sessionId: 'session', clientTurnId: 'message', text: 'just now' };
      history.invoke(sent);
      history.settle('message', { state: 'stored', turnId: 'turn', seq: 1 });
      return Promise.resolve({ breaches: applied.map((line) => `not there yet: ${line}`) });
    },
    query: () => Promise.resolve([]),
  };
  expect(await judge(reading, history)).toEqual({ lost: 0, doubled: 0, breaches: [] });
  // At the next look it should have been there.
  expect((await judge(reading, history)).lost).toBeGreaterThan(0);
});
