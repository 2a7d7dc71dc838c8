import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test, vi } from 'vitest';
import { type AdminSessionRow, adminSessions } from '../src/contract/admin.ts';
import { adminUser } from '../src/contract/auth.ts';
import {
  chatAnswer,
  history as historyShape,
  type Session,
  sessionList,
  session as sessionShape,
  snapshot as snapshotShape,
} from '../src/contract/sessions.ts';
import { FakeOpenAiServer } from '../src/models/testing/fake-openai-server.ts';
import { answered, type Client, refused } from './client.ts';
import { queryDatabase, type Row } from './database.ts';
import { type Person, signIn } from './given.ts';
import { checkInvariants } from './invariants.ts';
import { ServerProcess } from './server-process.ts';
import { slowStartMs } from './shared-server.ts';

vi.setConfig({ testTimeout: slowStartMs });

const run = promisify(execFile);
const password = 'the first of all passwords';
const cleanups: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const clean of cleanups.toReversed()) await clean();
});

/** What everybody and everything says of one session. */
type Told = { mine: unknown; listed: unknown; admins: unknown; database: Row | undefined };

test('the write-up, step by step: alice’s session is seen, counted, and survives the process', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'perdure-write-up-'));
  const model = await FakeOpenAiServer.start({ text: 'The answer.' });
  const env = {
    PERDURE_ADMIN_PASSWORD: password,
    PERDURE_MODEL_BASE_URL: model.url,
    PERDURE_MODEL: 'scripted',
  };
  // Each start takes over `server`; whichever is left at the end is ended.
  let server = await ServerProcess.start({ dataDir, env });
  cleanups.push(
    () => rm(dataDir, { recursive: true, force: true }),
    () => model.close(),
    () => server.kill(),
  );
  const databasePath = join(dataDir, 'perdure.db');
  const base = server.url.href.replace(/\/$/, '');
  expect(server.firstLine).toContain('sign in as admin');

  // An administrator makes alice and bob; alice signs in.
  const admin = await signIn(server.url, 'admin', password);
  const alice = await givenUser(server, admin, 'alice');
  const bob = await givenUser(server, admin, 'bob');

  // Her session is opened by exactly the write-up's request: POST, bearer, JSON content type, no body.
  const curl = await run('curl', [
    '--silent',
    '--show-error',
    '--fail-with-body',
    '--write-out',
    '\n%{http_code}',
    '--request',
    'POST',
    '--header',
    `Authorization: Bearer ${alice.client.token}`,
    '--header',
    'Content-Type: application/json',
    `${base}/api/sessions`,
  ]);
  const [body = '', status] = curl.stdout.split(/\n(?=\d+$)/);
  expect(status).toBe('201');
  const session = sessionShape.parse(JSON.parse(body));
  expect(session).toMatchObject({ username: 'alice', chat_messages: 0, user_queries: 0, is_active: true, last_seq: 0 });
  const sessionId = session.session_id;

  // A person at a SQL prompt finds it while the server runs.
  const found = await sqlPrompt(databasePath);
  expect(found).toMatchObject([
    { session_id: sessionId, is_active: 1, message_count: 0, user_query_count: 0, created_at: session.created_at },
  ]);
  expect(found[0]).toMatchObject({
    user_id: alice.user.id,
    active_agent_id: 'librarian',
    title: session.title,
    last_activity: session.created_at,
    last_seq: 0,
  });

  // The administrator's list holds it, with no message yet.
  expect(await adminRows(admin.client)).toMatchObject([
    { session_id: sessionId, username: 'alice', chat_messages: 0, user_queries: 0, created_at: session.created_at },
  ]);

  // Two turns make four messages and two queries, everywhere.
  for (const message of ['What is kept?', 'And for how long?']) {
    const reply = await alice.client.post(`/api/sessions/${sessionId}/chat`, { message });
    expect(answered(reply, 200, chatAnswer).response).toBe('The answer.');
  }
  const before = await tell(databasePath, alice.client, admin.client, sessionId);
  expect(before.mine).toMatchObject({ chat_messages: 4, user_queries: 2, title: 'What is kept?' });
  expect(before.listed).toMatchObject({ chat_messages: 4, user_queries: 2 });
  expect(before.admins).toMatchObject({ chat_messages: 4, user_queries: 2, running: false });
  expect(before.database).toMatchObject({ message_count: 4, user_query_count: 2, is_active: 1 });
  const historyBefore = await historyOf(alice.client, sessionId);
  const snapshotBefore = await snapshotOf(alice.client, sessionId);
  const adkBefore = adkEvents(databasePath, sessionId);
  expect(historyBefore.map((each) => [each.role, each.content])).toEqual([
    ['user', 'What is kept?'],
    ['assistant', 'The answer.'],
    ['user', 'And for how long?'],
    ['assistant', 'The answer.'],
  ]);

  // The process is killed and started; alice's token is still good.
  await server.kill();
  await checkInvariants(databasePath);
  server = await ServerProcess.start({ dataDir, env, port: Number(server.url.port) });
  expect(server.firstLine).toBe(`Perdure listens on ${base}`);

  // The same answers again, the same created_at in all places.
  const after = await tell(databasePath, alice.client, admin.client, sessionId);
  expect(after).toEqual(before);
  for (const told of Object.values(after)) expect(told).toMatchObject({ created_at: session.created_at });
  expect(await sqlPrompt(databasePath)).toMatchObject([{ session_id: sessionId, created_at: session.created_at }]);

  // What the write-up left broken: history, agent and the agent's own state are there too,
  expect(await historyOf(alice.client, sessionId)).toEqual(historyBefore);
  expect(await snapshotOf(alice.client, sessionId)).toEqual(snapshotBefore);
  expect(adkEvents(databasePath, sessionId)).toEqual(adkBefore);
  expect(after.mine).toMatchObject({ agent: { id: 'librarian', name: 'Librarian' } });

  // the conversation goes on from where it stood,
  await alice.client.post(`/api/sessions/${sessionId}/chat`, { message: 'Do you remember?' });
  const told = model.requests.at(-1)?.body.messages?.filter((message) => message.role !== 'system') ?? [];
  expect(told.map((message) => message.role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
  expect(JSON.stringify(told)).toContain('What is kept?');

  // reading an unknown id makes no ghost,
  const rows = await adminRows(admin.client, '?status=all');
  const ghost = `/api/sessions/${randomUUID()}`;
  for (const part of ['', '/events', '/snapshot', '/history']) refused(await alice.client.get(ghost + part), 404);
  refused(await alice.client.post(`${ghost}/chat`, { message: 'Boo' }), 404);
  expect(await adminRows(admin.client, '?status=all')).toEqual(rows);

  // a failed turn moves no counter but its question's,
  model.always({ status: 401 });
  await alice.client.post(`/api/sessions/${sessionId}/chat`, { message: 'Will this fail?' });
  expect(await adminRows(admin.client)).toMatchObject([{ chat_messages: 7, user_queries: 4 }]);

  // and no stranger gets in at any route.
  const path = `/api/sessions/${sessionId}`;
  for (const stranger of [bob.client, admin.client]) {
    for (const part of ['', '/events', '/snapshot', '/history'])
      refused(await stranger.get(path + part), 404, 'not_found');
    const stream = await stranger.open(`${path}/events`);
    expect('status' in stream && stream.status).toBe(404);
    refused(await stranger.patch(path, { title: 'mine' }), 404, 'not_found');
    refused(await stranger.delete(path), 404, 'not_found');
    refused(await stranger.post(`${path}/chat`, { message: 'hello' }), 404, 'not_found');
    const turn = { client_turn_id: randomUUID(), text: 'hello' };
    refused(await stranger.post(`${path}/turns`, turn), 404, 'not_found');
    for (const { turn_id } of snapshotBefore.turns) {
      refused(await stranger.post(`${path}/turns/${turn_id}/stop`), 404, 'not_found');
    }
  }
  expect(answered(await bob.client.get('/api/sessions'), 200, sessionList).sessions).toEqual([]);
  refused(await bob.client.get('/api/admin/sessions'), 403, 'forbidden');
  await checkInvariants(databasePath);
});

async function givenUser(server: ServerProcess, admin: Person, username: string): Promise<Person> {
  const made = await admin.client.post('/api/admin/users', { username, password: `secret of ${username}` });
  expect(answered(made, 201, adminUser)).toMatchObject({ username, role: 'member' });
  return signIn(server.url, username, `secret of ${username}`);
}

/** The write-up's query, by Debian's own client. */
async function sqlPrompt(databasePath: string): Promise<Row[]> {
  const query = 'SELECT * FROM user_sessions WHERE is_active = 1;';
  const { stdout, stderr } = await run('sqlite3', ['-json', databasePath, query]);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Row[];
}

async function adminRows(admin: Client, query = ''): Promise<AdminSessionRow[]> {
  return answered(await admin.get(`/api/admin/sessions${query}`), 200, adminSessions);
}

async function tell(databasePath: string, owner: Client, admin: Client, sessionId: string): Promise<Told> {
  const mine: Session = answered(await owner.get(`/api/sessions/${sessionId}`), 200, sessionShape);
  const { sessions } = answered(await owner.get('/api/sessions'), 200, sessionList);
  const [database] = queryDatabase(databasePath, 'select * from user_sessions where session_id = ?', sessionId);
  const admins = (await adminRows(admin)).find((row) => row.session_id === sessionId);
  return { mine, listed: sessions.find((row) => row.session_id === sessionId), admins, database };
}

async function historyOf(owner: Client, sessionId: string) {
  const reply = await owner.get(`/api/sessions/${sessionId}/history`);
  return answered(reply, 200, historyShape).chat_history;
}

async function snapshotOf(owner: Client, sessionId: string) {
  return answered(await owner.get(`/api/sessions/${sessionId}/snapshot`), 200, snapshotShape);
}

function adkEvents(databasePath: string, sessionId: string): Row[] {
  const rows = queryDatabase(databasePath, 'select * from adk_events where session_id = ? order by ordinal', sessionId);
  expect(rows.length).toBeGreaterThanOrEqual(4);
  return rows;
}
