import { beforeAll, expect, test } from 'vitest';
import { feedback, feedbackList, maxReasonChars } from '../../src/contract/feedback.ts';
import { answered, refused } from '../client.ts';
import { openSession, type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, send } from '../turns.ts';

const server = sharedServer({ withModel: true });
let alice: Person;
beforeAll(async () => {
  alice = await server().person();
});

const list = async (person: Person, sessionId: string) =>
  answered(await person.client.get(`/api/sessions/${sessionId}/feedback`), 200, feedbackList).feedback;
const put = (person: Person, path: string, json: object) => person.client.put(path, json);

async function givenAnswer() {
  const { session_id } = await openSession(alice);
  const { turn } = await ask(alice, session_id, 'What do you think?');
  return { session_id, turn_id: turn.turn_id, path: `/api/sessions/${session_id}/turns/${turn.turn_id}/feedback` };
}

test('an answer is rated with a reason, rated otherwise, and not rated any more', async () => {
  const { session_id, turn_id, path } = await givenAnswer();
  const first = answered(await put(alice, path, { rating: 'down', reason: '  Too short.  ' }), 200, feedback);
  expect(first).toMatchObject({ turn_id, rating: 'down', reason: 'Too short.' });
  expect(await list(alice, session_id)).toEqual([first]);
  const second = answered(await put(alice, path, { rating: 'up' }), 200, feedback);
  expect(await list(alice, session_id)).toEqual([{ ...second, rating: 'up', reason: '' }]);
  for (let i = 0; i < 2; i++) expect((await alice.client.delete(path)).status).toBe(204);
  expect(await list(alice, session_id)).toEqual([]);
});

test('a turn of another session, one that is not there and one without an answer are not rated', async () => {
  const { turn_id } = await givenAnswer();
  const { session_id } = await openSession(alice);
  refused(
    await put(alice, `/api/sessions/${session_id}/turns/${turn_id}/feedback`, { rating: 'up' }),
    404,
    'not_found',
  );
  server().model.next({ text: 'slowly', stallAfter: 1 });
  const turn = await send(alice, session_id, 'And this?');
  const path = `/api/sessions/${session_id}/turns/${turn.turn_id}`;
  refused(await put(alice, `${path}/feedback`, { rating: 'up' }), 409, 'conflict');
  await alice.client.post(`${path}/stop`);
});

test('what is not a rating is a 400 and changes nothing', async () => {
  const { session_id, path } = await givenAnswer();
  for (const body of [{}, { rating: 'sideways' }, { rating: 'up', user_id: 'x' }, { rating: 'up', reason: long }]) {
    refused(await put(alice, path, body), 400, 'bad_request');
  }
  expect(await list(alice, session_id)).toEqual([]);
});

const long = 'x'.repeat(maxReasonChars + 1);
