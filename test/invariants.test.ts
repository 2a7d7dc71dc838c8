import { rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession } from './given.ts';
import { checkInvariants } from './invariants.ts';
import { sharedServer } from './shared-server.ts';
import { ask, send } from './turns.ts';

const server = sharedServer({ withModel: true });
let copy: string;

beforeAll(async () => {
  const { admin, model, databasePath } = server();
  const { session_id } = await openSession(admin);
  for (const text of ['one', 'two']) expect((await ask(admin, session_id, text)).state).toBe('done');
  const other = await openSession(admin);
  model.next({ text: 'some words and then silence', stallAfter: 3 });
  const stream = await admin.client.stream(`/api/sessions/${other.session_id}/events`);
  await send(admin, other.session_id, 'stall');
  await stream.until('text', ({ events }) => events.some((event) => event.type === 'text_delta'));
  await stream.close();
  copy = `${databasePath}-copy`;
});
afterAll(() => rm(copy, { force: true }));

/** Checks a copy of the server's database after a change to it. */
async function checkAfter(sql: string): Promise<unknown> {
  await rm(copy, { force: true });
  const source = new DatabaseSync(server().databasePath);
  source.exec(`vacuum into '${copy}'`);
  source.close();
  const database = new DatabaseSync(copy, { enableForeignKeyConstraints: false });
  database.exec(sql);
  database.close();
  return checkInvariants(copy);
}

test('a sound store passes, and says how much was looked at', async () => {
  expect(await checkAfter('')).toMatchObject({ sessions: 2, turns: 3, events: 13 });
});

const first = `(select turn_id from turns where turn_no = 1 and state = 'done')`;

test.each([
  ['I2', 'delete from session_events where seq = 2'],
  ['I2', 'update user_sessions set last_seq = last_seq + 1'],
  ['counters', 'update user_sessions set message_count = message_count + 1'],
  ['counters', 'update user_sessions set user_query_count = 0'],
  ['I4: a turn that is done', `update session_events set type = 'tool_call' where type = 'agent_message'`],
  [
    'I4: at most one final message',
    `update session_events set type = 'agent_message', payload = '{"final":true}' where turn_id = ${first} and seq = 3`,
  ],
  ['I6: no event under an older fence', `update session_events set fence = 0 where type = 'agent_message'`],
  ['I6: no event under a fence the turn never had', 'update session_events set fence = 9 where seq = 5'],
  ['the last one its session was told', `update turns set state = 'failed' where turn_id = ${first}`],
  ['exactly the one message', `update turns set message_seq = message_seq + 1`],
  ['a turn that is over has no owner', `update turns set lease_owner = 'me' where state = 'done'`],
  ['rows of known turns only', `update turn_journal set turn_id = 'nobody'`],
  [
    'journal of',
    `insert into turn_journal (turn_id, attempt, step, "offset", text, cited)
    select turn_id, attempt, step, "offset" + 100, text, cited from turn_journal order by id desc limit 1`,
  ],
  ['one owner', 'delete from session_members'],
  ['a reference leads nowhere', `update user_sessions set user_id = 'nobody'`],
  [
    'at most one turn of a session runs',
    `drop index turns_one_at_a_time; update turns set state = 'running' where state = 'done'`,
  ],
])('a breach of “%s” is found', async (rule, sql) => {
  await expect(checkAfter(sql)).rejects.toThrow(rule);
});
