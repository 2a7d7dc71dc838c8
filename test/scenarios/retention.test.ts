import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { keptFor, type RetentionKind, retentionPreview, retentionState } from '../../src/contract/retention.ts';
import { sessionList, session as sessionShape } from '../../src/contract/sessions.ts';
import { answered, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });

const path = '/api/admin/retention';
const preview = async (kind: RetentionKind, days: number) =>
  answered(await server().admin.client.get(`${path}/${kind}/preview?keep_days=${days}`), 200, retentionPreview);
const put = (kind: string, body: object) => server().admin.client.put(`${path}/${kind}`, body);
const set = async (kind: RetentionKind, keep_days: number | null) => {
  const would_go = keep_days === null ? 0 : (await preview(kind, keep_days)).would_go;
  return answered(await put(kind, { keep_days, would_go, confirmed: true }), 200, retentionState);
};

function age(sessionId: string, days: number): void {
  const database = new DatabaseSync(server().databasePath, { timeout: 5_000 });
  const at = new Date(Date.now() - days * 86_400_000).toISOString();
  database.prepare('update user_sessions set last_activity = ? where session_id = ?').run(at, sessionId);
  database.close();
}
const erasedAt = (sessionId: string) =>
  queryDatabase(server().databasePath, 'select erased_at from user_sessions where session_id = ?', sessionId)[0]?.[
    'erased_at'
  ];

test('a rule is set once its preview was seen and what goes was confirmed; then that goes, on record, and nothing else', async () => {
  const person = await server().person();
  const [old, pinned, fresh] = [await openSession(person), await openSession(person), await openSession(person)];
  answered(await person.client.patch(`/api/sessions/${pinned.session_id}`, { pinned: true }), 200, sessionShape);
  for (const { session_id } of [old, pinned]) age(session_id, 400);
  const seen = await preview('sessions', 365);
  expect(seen).toMatchObject({ would_go: 1, people: [{ user_id: person.user.id, count: 1 }] });
  refused(await put('sessions', { keep_days: 365, would_go: 0, confirmed: true }), 409, 'preview_outdated');
  refused(await put('sessions', { keep_days: 365, would_go: 1, confirmed: false }), 400, 'bad_request');
  expect(erasedAt(old.session_id)).toBeNull();
  answered(await put('sessions', { keep_days: 365, would_go: 1, confirmed: true }), 200, retentionState);
  await waitFor('the old session erased', () => typeof erasedAt(old.session_id) === 'string');
  refused(await person.client.get(`/api/sessions/${old.session_id}`), 404, 'not_found');
  const rows = answered(await person.client.get('/api/sessions'), 200, sessionList).sessions;
  const shown = (id: string) => rows.find(({ session_id }) => session_id === id);
  expect(shown(pinned.session_id)).not.toHaveProperty('kept_until');
  const until = Date.parse(shown(fresh.session_id)?.kept_until ?? '');
  expect(until - Date.parse(fresh.last_activity)).toBe(365 * 86_400_000);
  const [record] = queryDatabase(
    server().databasePath,
    "select facts from audit_log where action = 'session.expired' and object_id = ?",
    old.session_id,
  );
  expect(JSON.parse(String(record?.['facts']))).toMatchObject({ rule: 'sessions', keep_days: 365 });
  await waitFor('the run noted', async () => {
    const { last_run } = answered(await server().admin.client.get(path), 200, retentionState);
    return last_run?.gone.sessions === 1;
  });
  await set('sessions', null);
  const after = answered(await person.client.get(`/api/sessions/${fresh.session_id}`), 200, sessionShape);
  expect(after).not.toHaveProperty('kept_until');
});

test('the times of temporary and deleted sessions follow their rules, and a temporary one keeps what it was opened with', async () => {
  const person = await server().person();
  const before = await openSession(person, { temporary: true });
  await set('temporary', 7);
  await set('session_bin', 3);
  const made = await openSession(person, { temporary: true });
  const days = Math.round((Date.parse(made.temporary_until ?? '') - Date.parse(made.created_at)) / 86_400_000);
  expect(days).toBe(7);
  const same = answered(await person.client.get(`/api/sessions/${before.session_id}`), 200, sessionShape);
  expect(same.temporary_until).toBe(before.temporary_until);
  expect(answered(await person.client.get('/api/retention'), 200, keptFor)).toMatchObject({
    temporary: 7,
    session_bin: 3,
  });
  await set('temporary', 1);
  await set('session_bin', 30);
});

test('what is out of the bounds of a kind is refused', async () => {
  const tries: [string, number | null][] = [
    ['sessions', 0],
    ['sessions', 36_501],
    ['temporary', null],
    ['temporary', 31],
    ['audit_personal', 89],
    ['document_accesses', 29],
  ];
  for (const [kind, keep_days] of tries) {
    const reply = await put(kind, { keep_days, would_go: 0, confirmed: false });
    expect([kind, reply.status]).toEqual([kind, 400]);
  }
  expect((await put('everything', { keep_days: 30, would_go: 0, confirmed: false })).status).toBe(404);
});
