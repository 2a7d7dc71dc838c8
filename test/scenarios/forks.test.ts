import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { history, session, sessionList } from '../../src/contract/sessions.ts';
import { answered, refused } from '../client.ts';
import { openSession, type Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, logOf, send, untilEnded } from '../turns.ts';

const server = sharedServer({ withModel: true });
let alice: Person;
let bob: Person;
beforeAll(async () => {
  [alice, bob] = [await server().person(), await server().person()];
});

const path = (sessionId: string) => `/api/sessions/${sessionId}/fork`;
const forkOf = (turn_id: string | undefined) => ({ turn_id, client_fork_id: randomUUID() });
const told = async (sessionId: string) =>
  answered(await alice.client.get(`/api/sessions/${sessionId}/history`), 200, history).chat_history.map(
    ({ content }) => content,
  );

/** one, two, two edited; gives the turns. */
async function givenBranches() {
  const { session_id } = await openSession(alice);
  const turns: string[] = [];
  for (const [text, answer] of [
    ['one', 'first'],
    ['two', 'second'],
    ['two, edited', 'second of two'],
  ] as const) {
    server().model.next({ text: answer });
    const turn = await send(alice, session_id, text, turns.length === 2 ? { replaces_turn_id: turns[1] } : {});
    await untilEnded(alice, session_id, turn.turn_id);
    turns.push(turn.turn_id);
  }
  return { session_id, turns };
}

test('a fork begins with the branch of its turn, goes on by itself, and leaves what it was made of as it was', async () => {
  const { session_id, turns } = await givenBranches();
  const before = await logOf(alice, session_id);
  const body = forkOf(turns[1]);
  const fork = answered(await alice.client.post(path(session_id), body), 201, session);
  expect(fork).toMatchObject({
    title: 'one (copy)',
    chat_messages: 4,
    user_queries: 2,
    is_active: true,
    imported_at: null,
  });
  expect(await told(fork.session_id)).toEqual(['one', 'first', 'two', 'second']);
  server().model.next({ text: 'third' });
  await ask(alice, fork.session_id, 'three');
  const said = server()
    .model.requests.at(-1)
    ?.body.messages?.filter(({ role }) => role !== 'system');
  expect(said?.map(({ content }) => content)).toEqual(['one', 'first', 'two', 'second', 'three']);
  expect(await logOf(alice, session_id)).toEqual(before);
  await checkInvariants(server().databasePath);
});

test('the same id again gives the same session, also when it went on, and another id another', async () => {
  const { session_id, turns } = await givenBranches();
  const body = forkOf(turns[2]);
  const first = answered(await alice.client.post(path(session_id), body), 201, session);
  await ask(alice, first.session_id, 'three');
  const again = answered(await alice.client.post(path(session_id), body), 200, session);
  expect(again.session_id).toBe(first.session_id);
  const other = { ...body, client_fork_id: randomUUID() };
  expect(answered(await alice.client.post(path(session_id), other), 201, session).session_id).not.toBe(
    again.session_id,
  );
  const mine = answered(await alice.client.get('/api/sessions?limit=100'), 200, sessionList).sessions;
  expect(mine.filter(({ session_id: id }) => id === first.session_id)).toHaveLength(1);
});

test('nobody forks a session that is not theirs, a turn of another, or one under way', async () => {
  const { session_id, turns } = await givenBranches();
  refused(await bob.client.post(path(session_id), forkOf(turns[0])), 404, 'not_found');
  const { session_id: own } = await openSession(bob);
  refused(await bob.client.post(path(own), forkOf(turns[0])), 404, 'not_found');
  refused(await alice.client.post(path(session_id), forkOf(randomUUID())), 404, 'not_found');
  server().model.next({ text: 'slowly on', stallAfter: 2 });
  const turn = await send(alice, session_id, 'three');
  refused(await alice.client.post(path(session_id), forkOf(turn.turn_id)), 409, 'conflict');
  await alice.client.post(`/api/sessions/${session_id}/turns/${turn.turn_id}/stop`);
});
