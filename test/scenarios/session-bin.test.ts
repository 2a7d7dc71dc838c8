import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { sessionsInBin } from '../../src/contract/session-bin.ts';
import { sessionList, session as sessionShape } from '../../src/contract/sessions.ts';
import { answered, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { importArchive, exportWith, writtenSession } from '../exports.ts';
import { openSession, type Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, logOf, send, stateOf } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });

const bin = async (person: Person, query = '') =>
  answered(await person.client.get(`/api/bin/sessions${query}`), 200, sessionsInBin);
const list = async (person: Person) => answered(await person.client.get('/api/sessions'), 200, sessionList).sessions;
const at = (id: string) => `/api/bin/sessions/${id}`;

test('a deleted session lies in its owner’s bin and comes back as it was', async () => {
  const person = await server().person();
  server().model.always({ text: 'Blue.' });
  const { session_id } = await openSession(person, { title: 'Colours' });
  await ask(person, session_id, 'Which colour?');
  const before = answered(await person.client.get(`/api/sessions/${session_id}`), 200, sessionShape);
  const log = await logOf(person, session_id);
  expect((await bin(person)).sessions).toEqual([]);
  await person.client.delete(`/api/sessions/${session_id}`);
  const [row, ...more] = (await bin(person)).sessions;
  expect(more).toEqual([]);
  expect(row).toMatchObject({ session_id, title: 'Colours', chat_messages: 2, last_activity: before.last_activity });
  expect(Date.parse(row?.kept_until ?? '') - Date.parse(row?.deleted_at ?? '')).toBe(30 * 24 * 3_600_000);

  const back = answered(await person.client.post(`${at(session_id)}/restore`), 200, sessionShape);
  expect(back).toEqual(before);
  expect(await logOf(person, session_id)).toEqual(log);
  expect((await list(person)).map((each) => each.session_id)).toEqual([session_id]);
  expect((await bin(person)).sessions).toEqual([]);
  refused(await person.client.post(`${at(session_id)}/restore`), 404, 'not_found');
  expect((await ask(person, session_id, 'And now?')).state).toBe('done');
  await checkInvariants(server().databasePath);
});

test('nobody else brings it back or deletes it for good, and no session that is not in the bin', async () => {
  const person = await server().person();
  const { session_id } = await openSession(person);
  for (const call of ['post', 'delete'] as const) {
    const path = call === 'post' ? `${at(session_id)}/restore` : at(session_id);
    refused(await person.client[call](path), 404, 'not_found');
  }
  await person.client.delete(`/api/sessions/${session_id}`);
  for (const stranger of [await server().person('curator'), server().admin]) {
    refused(await stranger.client.post(`${at(session_id)}/restore`), 404, 'not_found');
    refused(await stranger.client.delete(at(session_id)), 404, 'not_found');
    expect((await bin(stranger)).sessions).toEqual([]);
  }
  refused(await person.client.post(`${at(randomUUID())}/restore`), 404, 'not_found');
});

test('deleted for good it is erased within seconds, and comes back no more', async () => {
  const person = await server().person();
  const { session_id } = await openSession(person, { title: 'A secret title' });
  await ask(person, session_id, 'a secret question');
  await person.client.delete(`/api/sessions/${session_id}`);
  expect((await person.client.delete(at(session_id))).status).toBe(204);
  refused(await person.client.delete(at(session_id)), 404, 'not_found');
  refused(await person.client.post(`${at(session_id)}/restore`), 404, 'not_found');
  const events = 'select 1 from session_events where session_id = ?';
  await waitFor('its log to be cleared', () => queryDatabase(server().databasePath, events, session_id).length === 0);
  const [kept] = queryDatabase(
    server().databasePath,
    'select title, message_count from user_sessions where session_id = ?',
    session_id,
  );
  expect(kept).toEqual({ title: '', message_count: 2 });
});

test('what ran when it was deleted stays stopped; closed and imported ones come back as they were', async () => {
  const person = await server().person();
  server().model.next({ text: 'word '.repeat(200), pieceDelayMs: 100 });
  const running = (await openSession(person)).session_id;
  const { turn_id } = await send(person, running, 'Take long');
  await person.client.delete(`/api/sessions/${running}`);
  await person.client.post(`${at(running)}/restore`);
  expect(stateOf(await logOf(person, running), turn_id)?.state).toBe('cancelled');

  const closed = (await openSession(person)).session_id;
  await server().admin.client.post(`/api/admin/sessions/${closed}/invalidate`);
  await person.client.delete(`/api/sessions/${closed}`);
  expect(answered(await person.client.post(`${at(closed)}/restore`), 200, sessionShape).is_active).toBe(false);

  await importArchive(person, exportWith([writtenSession('From elsewhere')]));
  const imported = (await list(person)).find(({ title }) => title === 'From elsewhere');
  await person.client.delete(`/api/sessions/${imported?.session_id}`);
  const back = answered(await person.client.post(`${at(imported?.session_id ?? '')}/restore`), 200, sessionShape);
  expect(back.imported_at).toBe(imported?.imported_at);
  await checkInvariants(server().databasePath);
});

test('the bin is paged, the newest deletion first', async () => {
  const person = await server().person();
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) {
    const { session_id } = await openSession(person);
    await person.client.delete(`/api/sessions/${session_id}`);
    ids.unshift(session_id);
  }
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await bin(person, `?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    seen.push(...page.sessions.map(({ session_id }) => session_id));
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(ids);
  refused(await person.client.get('/api/bin/sessions?cursor=nonsense'), 400, 'bad_request');
});
