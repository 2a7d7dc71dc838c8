import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../src/config.ts';
import { type TurnAnswer, turnAnswer } from '../../src/contract/sessions.ts';
import { answered, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { openSession } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, send, stateOf, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true });
const { maxRunningTurnsPerUser, maxQueuedTurnsPerUser, maxQueuedTurnsInSession } = limits;

const countOf = (userId: string, state: string) =>
  queryDatabase(
    server().databasePath,
    'select count(*) as n from turns where author_user_id = ? and state = ?',
    userId,
    state,
  )[0]?.n;

test('a person whose turns run in full number waits, others do not; beyond the queue’s bound the answer is 429', async () => {
  const [alice, bob] = [await server().person(), await server().person()];
  server().model.always({ text: 'silence after a word', stallAfter: 1 });
  const running: TurnAnswer[] = [];
  while (running.length < maxRunningTurnsPerUser) {
    running.push(await send(alice, (await openSession(alice)).session_id, 'stall'));
  }
  await waitFor('all of them running', () => countOf(alice.user.id, 'running') === maxRunningTurnsPerUser);
  const waiting: TurnAnswer[] = [];
  for (let session = ''; waiting.length < maxQueuedTurnsPerUser; ) {
    if (waiting.length % maxQueuedTurnsInSession === 0) session = (await openSession(alice)).session_id;
    waiting.push(await send(alice, session, `waits ${waiting.length}`));
  }
  const { session_id: further } = await openSession(alice);
  const message = { client_turn_id: randomUUID(), text: 'one too many' };
  const refusal = await alice.client.post(`/api/sessions/${further}/turns`, message);
  expect(refused(refusal, 429, 'too_many_requests').detail).toContain('your messages');
  expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(0);

  server().model.always({ text: 'An answer.' });
  const { session_id: ofBob } = await openSession(bob);
  expect((await ask(bob, ofBob, 'hello?')).answer?.text).toBe('An answer.');
  expect([countOf(alice.user.id, 'running'), countOf(alice.user.id, 'queued')]).toEqual([
    maxRunningTurnsPerUser,
    maxQueuedTurnsPerUser,
  ]);

  const [ended] = running;
  await alice.client.post(`/api/sessions/${ended?.session_id}/turns/${ended?.turn_id}/stop`);
  for (const each of [waiting[0], waiting.at(-1)]) {
    const log = await untilEnded(alice, each?.session_id ?? '', each?.turn_id ?? '');
    expect(stateOf(log, each?.turn_id ?? '')?.state).toBe('done');
  }
  const again = answered(await alice.client.post(`/api/sessions/${further}/turns`, message), 202, turnAnswer);
  await untilEnded(alice, further, again.turn_id);
  expect(countOf(alice.user.id, 'running')).toBe(maxRunningTurnsPerUser - 1);
  await checkInvariants(server().databasePath);
});
