import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { adminSessionFacts } from '../../src/contract/admin-session.ts';
import { legalHolds } from '../../src/contract/legal-holds.ts';
import { session as sessionShape } from '../../src/contract/sessions.ts';
import { sessionsInBin } from '../../src/contract/session-bin.ts';
import { answered, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { openSession, signIn } from '../given.ts';
import { heldSession } from '../holds.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });
const admin = () => server().admin.client;
const password = 'nobody knows this one 1';

/** Somebody whose password is known. */
async function personWithPassword() {
  const username = `held-${randomUUID().slice(0, 8)}`;
  expect((await admin().post('/api/admin/users', { username, password, role: 'member' })).status).toBe(201);
  return signIn(server().url, username, password);
}

test('what is under a hold goes into the bin, stays in it, and no door erases it until the hold is released', async () => {
  const person = await personWithPassword();
  const { session_id } = await openSession(person);
  await ask(person, session_id, 'What was agreed?');
  const id = await heldSession(server().admin, session_id);
  expect((await person.client.delete(`/api/sessions/${session_id}`)).status).toBe(204);
  refused(await person.client.delete(`/api/bin/sessions/${session_id}`), 409, 'on_hold');
  refused(await person.client.post('/api/account/erase', { password }), 409, 'on_hold');
  refused(await admin().post(`/api/admin/users/${person.user.id}/erase`, {}), 409, 'on_hold');
  const { sessions } = answered(await person.client.get('/api/bin/sessions'), 200, sessionsInBin);
  expect(sessions.map((each) => each.session_id)).toEqual([session_id]);
  answered(await person.client.post(`/api/bin/sessions/${session_id}/restore`), 200, sessionShape);
  const events = () =>
    queryDatabase(server().databasePath, 'select 1 from session_events where session_id = ?', session_id);
  expect(events().length).toBeGreaterThan(2);
  refused(await admin().post(`/api/admin/holds/${id}/release`, {}), 400, 'bad_request');
  expect((await admin().post(`/api/admin/holds/${id}/release`, { reason: 'It is over' })).status).toBe(204);
  refused(await admin().post(`/api/admin/holds/${id}/release`, { reason: 'Again' }), 404, 'not_found');
  expect((await admin().post(`/api/admin/users/${person.user.id}/erase`, {})).status).toBe(202);
  await waitFor('everything erased', () => events().length === 0);
  const { holds } = answered(await admin().get('/api/admin/holds'), 200, legalHolds);
  await waitFor('the reason gone', async () => {
    const page = answered(await admin().get('/api/admin/holds'), 200, legalHolds);
    return page.holds.find((hold) => hold.id === id)?.reason === '';
  });
  expect(holds[0]).toMatchObject({ id, kind: 'session', released_by: server().admin.user.display_name });
  await checkInvariants(server().databasePath);
});

test('a person is held by username, with the sessions of others that they wrote in, and the audit log says why', async () => {
  const person = await server().person();
  const { session_id } = await openSession(person);
  const body = { kind: 'user', username: person.username, reason: 'Asked by the court' };
  refused(await admin().post('/api/admin/holds', { ...body, username: 'nobody-there' }), 404, 'not_found');
  const facts = async () =>
    answered(await admin().get(`/api/admin/sessions/${session_id}`), 200, adminSessionFacts).is_held;
  expect(await facts()).toBe(false);
  expect((await admin().post('/api/admin/holds', body)).status).toBe(201);
  expect(await facts(), 'the page of the session says so').toBe(true);
  refused(await admin().post('/api/admin/holds', body), 409, 'held_already');
  await person.client.delete(`/api/sessions/${session_id}`);
  refused(await person.client.delete(`/api/bin/sessions/${session_id}`), 409, 'on_hold');
  const [record] = queryDatabase(
    server().databasePath,
    "select personal, facts from audit_log where action = 'hold.placed' and object_id = ?",
    person.user.id,
  );
  expect(String(record?.['personal'])).toContain('Asked by the court');
  expect(String(record?.['facts'])).not.toContain('court');
});

test('who was deleted is held by their id, with what they left; who is being erased is not', async () => {
  const person = await server().person();
  const { session_id } = await openSession(person);
  const userPath = `/api/admin/users/${person.user.id}`;
  expect((await admin().delete(userPath)).status).toBe(204);
  const reason = 'Asked by the court';
  const byName = { kind: 'user', username: person.username, reason };
  refused(await admin().post('/api/admin/holds', byName), 404, 'not_found');
  const byId = (user_id: string) => admin().post('/api/admin/holds', { kind: 'user_id', user_id, reason });
  refused(await byId(randomUUID()), 404, 'not_found');
  expect((await byId(person.user.id)).status).toBe(201);
  refused(await byId(person.user.id), 409, 'held_already');
  expect(answered(await admin().get(`/api/admin/sessions/${session_id}`), 200, adminSessionFacts).is_held).toBe(true);
  const { holds } = answered(await admin().get('/api/admin/holds'), 200, legalHolds);
  expect(holds.find(({ subject_id }) => subject_id === person.user.id)).toMatchObject({
    kind: 'user',
    subject_name: person.user.display_name,
  });
  const erased = await server().person();
  expect((await admin().post(`/api/admin/users/${erased.user.id}/erase`, {})).status).toBe(202);
  refused(await byId(erased.user.id), 409, 'being_erased');
  await checkInvariants(server().databasePath);
});
