import { expect, test } from 'vitest';
import { adminSessions } from '../../src/contract/admin.ts';
import { importAnswer } from '../../src/contract/personal-data.ts';
import { sessionsInBin } from '../../src/contract/session-bin.ts';
import { sessionList, session as sessionShape } from '../../src/contract/sessions.ts';
import { answered, refused } from '../client.ts';
import { exportWith, importArchive } from '../exports.ts';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });

test('a temporary session says until when, is listed here and for administrators, and no search of its owner finds it', async () => {
  const person = await server().person();
  const title = `Fleeting of ${person.username}`;
  const made = await openSession(person, { temporary: true, title });
  expect(Date.parse(made.temporary_until ?? '') - Date.parse(made.created_at)).toBeGreaterThan(24 * 3_600_000 - 2_000);
  expect(Date.parse(made.temporary_until ?? '') - Date.parse(made.created_at)).toBeLessThan(24 * 3_600_000 + 2_000);
  const kept = await openSession(person, { title: `Kept of ${person.username}`, temporary: false });
  expect(kept).not.toHaveProperty('temporary_until');
  const list = async (query = '') =>
    answered(await person.client.get(`/api/sessions${query}`), 200, sessionList).sessions.map((row) => row.session_id);
  expect((await list()).toSorted()).toEqual([made.session_id, kept.session_id].toSorted());
  expect(await list(`?q=${person.username}`)).toEqual([kept.session_id]);
  const path = `/api/admin/sessions?q=${person.username}`;
  const rows = answered(await server().admin.client.get(path), 200, adminSessions);
  expect(rows.find((row) => row.session_id === made.session_id)?.temporary_until).toBe(made.temporary_until);
  refused(await person.client.post('/api/sessions', { temporary: 'yes' }), 400, 'bad_request');
  refused(await person.client.patch(`/api/sessions/${made.session_id}`, { temporary: false }), 400, 'bad_request');
  expect((await ask(person, made.session_id, 'Is anybody there?')).state).toBe('done');
});

test('in the bin it stays no longer than its own time, and brought back from an export it is one that is kept', async () => {
  const person = await server().person();
  const made = await openSession(person, { temporary: true, title: 'Fleeting' });
  const file = await person.client.get(`/api/sessions/${made.session_id}/export?format=json`);
  await person.client.delete(`/api/sessions/${made.session_id}`);
  const { sessions } = answered(await person.client.get('/api/bin/sessions'), 200, sessionsInBin);
  expect(sessions[0]?.kept_until).toBe(made.temporary_until);
  const back = answered(await person.client.post(`/api/bin/sessions/${made.session_id}/restore`), 200, sessionShape);
  expect(back.temporary_until).toBe(made.temporary_until);
  const other = await server().person();
  const archive = exportWith([], { 'sessions/one.json': file.bytes });
  expect(answered(await importArchive(other, archive), 200, importAnswer)).toMatchObject({ brought_back: 1 });
  const [kept] = answered(await other.client.get('/api/sessions'), 200, sessionList).sessions;
  expect(kept).not.toHaveProperty('temporary_until');
});
