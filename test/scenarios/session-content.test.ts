import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { sessionContent } from '../../src/contract/admin.ts';
import { auditList } from '../../src/contract/audit.ts';
import { sessionReads } from '../../src/contract/sessions.ts';
import { answered, type Client, refused } from '../client.ts';
import { openSession, type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });
let admin: Client;
let owner: Person;
let sessionId: string;
const reason = 'The owner asked me to look at it';
const at = (id: string) => `/api/admin/sessions/${id}/content`;

beforeAll(async () => {
  admin = server().admin.client;
  server().model.always({ text: 'Blue, mostly.' });
  owner = await server().person();
  ({ session_id: sessionId } = await openSession(owner));
  await ask(owner, sessionId, 'Which colour?');
});

const readsOf = async (person: Person, id = sessionId) =>
  answered(await person.client.get(`/api/sessions/${id}/reads`), 200, sessionReads).reads;
const recordsOf = async (id: string) =>
  answered(await admin.get(`/api/admin/audit?action=session.read&object_id=${id}`), 200, auditList).records;

describe('an administrator who reads a session', () => {
  test('gives a reason, gets the messages, and the owner sees who read it, when and why', async () => {
    expect(await readsOf(owner)).toEqual([]);
    const content = answered(await admin.post(at(sessionId), { reason: `  ${reason}  ` }), 200, sessionContent);
    expect(content).toMatchObject({ session_id: sessionId, username: owner.username });
    expect(content.messages.map(({ role, content: text }) => [role, text])).toEqual([
      ['user', 'Which colour?'],
      ['assistant', 'Blue, mostly.'],
    ]);
    const [read, ...more] = await readsOf(owner);
    expect(more).toEqual([]);
    expect(read).toMatchObject({ username: 'admin', reason });
    const [record] = await recordsOf(sessionId);
    expect(record).toMatchObject({ at: read?.at, actor: { name: 'admin' }, personal: { reason }, facts: {} });
  });

  test.each([
    {},
    { reason: '' },
    { reason: 'too short' },
    { reason: '               ' },
    { reason: 7 },
    { reason, more: 1 },
  ])('is refused without a reason, and nothing is recorded: %o', async (body) => {
    const { session_id } = await openSession(owner);
    refused(await admin.post(at(session_id), body), 400, 'bad_request');
    expect(await recordsOf(session_id)).toEqual([]);
    expect(await readsOf(owner, session_id)).toEqual([]);
  });

  test('gets nothing of a session that is not there or was deleted, and no record is left', async () => {
    const { session_id } = await openSession(owner);
    expect((await owner.client.delete(`/api/sessions/${session_id}`)).status).toBe(204);
    for (const id of [session_id, randomUUID()]) {
      refused(await admin.post(at(id), { reason }), 404, 'not_found');
      expect(await recordsOf(id)).toEqual([]);
    }
  });
});

test('nobody but an administrator reads what is not theirs, nor who read it', async () => {
  for (const role of ['member', 'curator'] as const) {
    const other = await server().person(role);
    refused(await other.client.post(at(sessionId), { reason }), 403, 'forbidden');
    refused(await other.client.get(`/api/sessions/${sessionId}/reads`), 404, 'not_found');
  }
  refused(await admin.get(`/api/sessions/${sessionId}/reads`), 404, 'not_found');
});
