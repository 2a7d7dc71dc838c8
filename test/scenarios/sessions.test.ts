import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { type AdminSessionRow, adminSessions } from '../../src/contract/admin.ts';
import { type SessionRow, sessionList, session as sessionShape } from '../../src/contract/sessions.ts';
import { answered, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { openSession, type Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';

const server = sharedServer({ withModel: true });
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function read(person: Person, sessionId: string) {
  return answered(await person.client.get(`/api/sessions/${sessionId}`), 200, sessionShape);
}

async function list(person: Person, query = '') {
  return answered(await person.client.get(`/api/sessions${query}`), 200, sessionList);
}

async function adminList(query = ''): Promise<AdminSessionRow[]> {
  return answered(await server().admin.client.get(`/api/admin/sessions${query}`), 200, adminSessions);
}

describe('opening', () => {
  test('a bearer token and a JSON content type without a body open a session', async () => {
    const alice = await server().person();
    const reply = await alice.client.call('POST', '/api/sessions', { headers: { 'content-type': 'application/json' } });
    const session = answered(reply, 201, sessionShape);
    expect(session).toEqual({
      session_id: expect.stringMatching(uuidPattern),
      username: alice.username,
      created_at: expect.any(String),
      last_activity: session.created_at,
      title: 'New session',
      agent: { id: 'librarian', name: 'Librarian' },
      corpora: [],
      chat_messages: 0,
      user_queries: 0,
      is_active: true,
      archived: false,
      pinned: false,
      last_seq: 0,
      imported_at: null,
    });
    expect(await read(alice, session.session_id)).toEqual(session);
  });

  test.each([
    ['an empty body without a content type', {}],
    ['an empty object', { json: {} }],
    ['an empty body of a JSON type with a charset', { headers: { 'content-type': 'application/json; charset=utf-8' } }],
  ])('%s is an absent body', async (_name, options) => {
    const alice = await server().person();
    answered(await alice.client.call('POST', '/api/sessions', options), 201, sessionShape);
  });

  test.each([
    ['an unknown field', { unknown: 1 }],
    ['an owner', { user_id: randomUUID() }],
    ['a time', { created_at: '2020-01-01T00:00:00.000Z' }],
    ['a counter', { chat_messages: 5 }],
    ['an empty title', { title: '  ' }],
    ['a title that is too long', { title: 'x'.repeat(201) }],
    ['a title that is no text', { title: 5 }],
    ['an unknown corpus', { corpora: ['no such corpus'] }],
    ['null', null],
    ['a list', []],
  ])('%s in the body is a 400, and nothing is stored', async (_name, body) => {
    const alice = await server().person();
    refused(await alice.client.post('/api/sessions', body), 400, 'bad_request');
    expect((await list(alice)).sessions).toEqual([]);
  });

  test('an agent that is not there is a 409, and nothing is stored', async () => {
    const alice = await server().person();
    refused(await alice.client.post('/api/sessions', { agent_id: 'nobody' }), 409, 'agent_unavailable');
    expect((await list(alice)).sessions).toEqual([]);
  });

  test('created_at is byte for byte the same in every place', async () => {
    const alice = await server().person();
    const { session_id, created_at } = await openSession(alice);
    const [row] = queryDatabase(
      server().databasePath,
      'select created_at, last_activity, is_active, message_count, user_query_count, active_agent_id from user_sessions where session_id = ?',
      session_id,
    );
    expect(row).toEqual({
      created_at,
      last_activity: created_at,
      is_active: 1,
      message_count: 0,
      user_query_count: 0,
      active_agent_id: 'librarian',
    });
    const admins = (await adminList(`?username=${alice.username}`)).map((each) => each.created_at);
    const mine = (await list(alice)).sessions.map((each) => each.created_at);
    expect([...admins, ...mine]).toEqual([created_at, created_at]);
  });

  test('a session that could not be stored is a 503 and does not exist', async () => {
    const alice = await server().person();
    const other = new DatabaseSync(server().databasePath);
    other.exec('begin immediate');
    try {
      const reply = await alice.client.post('/api/sessions');
      refused(reply, 503, 'store_unavailable');
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    } finally {
      other.exec('rollback');
      other.close();
    }
    expect((await list(alice)).sessions).toEqual([]);
    const left = queryDatabase(
      server().databasePath,
      'select session_id from user_sessions where user_id = ? union all select session_id from session_members where user_id = ?',
      alice.user.id,
      alice.user.id,
    );
    expect(left).toEqual([]);
    await openSession(alice);
  });
});

describe('counters, title and activity', () => {
  test('five finished turns count as ten messages and five queries, everywhere', async () => {
    const alice = await server().person();
    const { session_id } = await openSession(alice);
    for (let i = 1; i <= 5; i++) expect((await ask(alice, session_id, `question ${i}`)).state).toBe('done');
    const counts = { chat_messages: 10, user_queries: 5 };
    expect(await read(alice, session_id)).toMatchObject(counts);
    expect((await list(alice)).sessions[0]).toMatchObject({ ...counts, running: false });
    expect((await adminList(`?username=${alice.username}`))[0]).toMatchObject({ ...counts, running: false });
    await checkInvariants(server().databasePath);
  });

  test('a turn that fails without a word counts its question only', async () => {
    const alice = await server().person();
    const { session_id } = await openSession(alice);
    server().model.next({ status: 401 });
    expect((await ask(alice, session_id, 'anybody?')).state).toBe('failed');
    expect(await read(alice, session_id)).toMatchObject({ chat_messages: 1, user_queries: 1 });
  });

  test.each([
    ['a short message is the title as it is', 'How do I  back up\nPerdure?', 'How do I back up Perdure?'],
    [
      'a long message is cut at a word before 60 characters',
      'Please tell me how the backup of a large installation with many documents works',
      'Please tell me how the backup of a large installation with',
    ],
    ['a long word is cut at 60 characters', 'x'.repeat(80), 'x'.repeat(60)],
    ['a pair of surrogates is not torn', `${'x'.repeat(59)}\u{1F600}yyyy`, 'x'.repeat(59)],
  ])('%s', async (_name, text, title) => {
    const alice = await server().person();
    const { session_id } = await openSession(alice);
    const { log } = await ask(alice, session_id, text);
    expect(log[0]).toMatchObject({ type: 'user_message', text });
    expect((await read(alice, session_id)).title).toBe(title);
    await ask(alice, session_id, 'a second question');
    expect((await read(alice, session_id)).title).toBe(title);
  });

  test('a title that somebody gave stays', async () => {
    const alice = await server().person();
    const named = await openSession(alice, { title: 'Named at the start' });
    await ask(alice, named.session_id, 'hello');
    expect((await read(alice, named.session_id)).title).toBe('Named at the start');
    const renamed = await openSession(alice);
    await alice.client.patch(`/api/sessions/${renamed.session_id}`, { title: '  Renamed before  ' });
    await ask(alice, renamed.session_id, 'hello');
    expect((await read(alice, renamed.session_id)).title).toBe('Renamed before');
  });

  test('last_activity moves with a message and an answer, never with a read, a change or an administrator', async () => {
    const alice = await server().person();
    const { session_id, created_at } = await openSession(alice);
    const path = `/api/sessions/${session_id}`;
    await read(alice, session_id);
    for (const part of ['events', 'snapshot', 'history']) await alice.client.get(`${path}/${part}`);
    const changed = await alice.client.patch(path, { title: 'Renamed', pinned: true, archived: true, corpora: [] });
    expect(answered(changed, 200, sessionShape).last_activity).toBe(created_at);
    const { log } = await ask(alice, session_id, 'hello');
    const answer = log.find((event) => event.type === 'agent_message');
    expect(answer && answer.at > created_at).toBe(true);
    expect((await read(alice, session_id)).last_activity).toBe(answer?.at);
    await server().admin.client.post(`/api/admin/sessions/${session_id}/invalidate`);
    expect((await read(alice, session_id)).last_activity).toBe(answer?.at);
  });
});

describe('changing', () => {
  test('PATCH changes what it names, and the log says so', async () => {
    const alice = await server().person();
    const { session_id, ...before } = await openSession(alice);
    const path = `/api/sessions/${session_id}`;
    const renamed = answered(await alice.client.patch(path, { title: 'New name' }), 200, sessionShape);
    expect(renamed).toEqual({ session_id, ...before, title: 'New name', last_seq: 1 });
    const rest = { archived: true, pinned: true, agent_id: 'librarian' };
    expect(answered(await alice.client.patch(path, rest), 200, sessionShape)).toEqual({
      ...renamed,
      archived: true,
      pinned: true,
      last_seq: 2,
    });
    expect(await read(alice, session_id)).toMatchObject({ archived: true, pinned: true, is_active: true });
    await ask(alice, session_id, 'an archived session still answers');
    await checkInvariants(server().databasePath);
  });

  test.each([
    ['an unknown field', { owner: 'me' }, 400],
    ['a state of the server', { is_active: false }, 400],
    ['a flag that is no flag', { pinned: 'yes' }, 400],
    ['an unknown agent', { agent_id: 'nobody' }, 409],
    ['an unknown corpus', { corpora: [randomUUID()] }, 400],
  ])('%s is refused and changes nothing', async (_name, change, status) => {
    const alice = await server().person();
    const session = await openSession(alice);
    refused(await alice.client.patch(`/api/sessions/${session.session_id}`, change), status);
    expect(await read(alice, session.session_id)).toEqual(session);
  });

  test('DELETE is 204 again and again, leaves every list, and every other route is 404', async () => {
    const alice = await server().person();
    const { session_id } = await openSession(alice);
    const { turn } = await ask(alice, session_id, 'to be deleted');
    const path = `/api/sessions/${session_id}`;
    for (let i = 0; i < 2; i++) {
      const reply = await alice.client.delete(path);
      expect([reply.status, reply.text]).toEqual([204, '']);
    }
    expect((await list(alice)).sessions).toEqual([]);
    expect(await adminList(`?username=${alice.username}`)).toEqual([]);
    expect(await adminList(`?username=${alice.username}&status=inactive`)).toEqual([]);
    for (const status of ['deleted', 'all']) {
      const rows = await adminList(`?username=${alice.username}&status=${status}`);
      expect(rows).toMatchObject([{ session_id, chat_messages: 2, user_queries: 1 }]);
    }
    for (const part of ['', '/events', '/snapshot', '/history']) {
      refused(await alice.client.get(path + part), 404, 'not_found');
    }
    const message = { client_turn_id: randomUUID(), text: 'still there?' };
    refused(await alice.client.patch(path, { title: 'back' }), 404, 'not_found');
    refused(await alice.client.post(`${path}/turns`, message), 404, 'not_found');
    refused(await alice.client.post(`${path}/chat`, { message: 'still there?' }), 404, 'not_found');
    refused(await alice.client.post(`${path}/turns/${turn.turn_id}/stop`), 404, 'not_found');
    const stream = await alice.client.open(`${path}/events`);
    expect('status' in stream && stream.status).toBe(204);
    await checkInvariants(server().databasePath);
  });

  test('an invalidated session can be read, not continued', async () => {
    const alice = await server().person();
    const { session_id } = await openSession(alice);
    const path = `/api/sessions/${session_id}`;
    await ask(alice, session_id, 'before');
    server().model.next({ text: 'this answer stalls', stallAfter: 2 });
    const body = { client_turn_id: randomUUID(), text: 'running' };
    await alice.client.post(`${path}/turns`, body);
    await alice.client.post(`${path}/turns`, { client_turn_id: randomUUID(), text: 'queued' });
    const stream = await alice.client.stream(`${path}/events`);
    await stream.until('text of the running turn', (reader) =>
      reader.events.some((event) => event.type === 'text_delta' && event.turn_no === 2),
    );

    const ended = await server().admin.client.post('/api/admin/sessions/invalidate', { username: alice.username });
    expect(JSON.parse(ended.text)).toEqual({ invalidated: 1 });
    const again = await server().admin.client.post(`/api/admin/sessions/${session_id}/invalidate`);
    expect(JSON.parse(again.text)).toEqual({ invalidated: 0 });
    await stream.until('both turns cancelled', (reader) => {
      const cancelled = reader.events.filter((each) => each.type === 'turn_state' && each.state === 'cancelled');
      return cancelled.length === 2;
    });
    await stream.close();

    expect(await read(alice, session_id)).toMatchObject({ is_active: false, chat_messages: 5, user_queries: 3 });
    for (const part of ['/events', '/snapshot', '/history'])
      expect((await alice.client.get(path + part)).status).toBe(200);
    refused(await alice.client.patch(path, { title: 'no' }), 409, 'session_inactive');
    const late = { client_turn_id: randomUUID(), text: 'more?' };
    refused(await alice.client.post(`${path}/turns`, late), 409, 'session_inactive');
    refused(await alice.client.post(`${path}/chat`, { message: 'more?' }), 409, 'session_inactive');
    const resent = await alice.client.post(`${path}/turns`, body);
    expect([resent.status, JSON.parse(resent.text)]).toMatchObject([200, { state: 'cancelled' }]);
    expect(await adminList(`?username=${alice.username}`)).toEqual([]);
    expect(await adminList(`?username=${alice.username}&status=inactive`)).toMatchObject([
      { session_id, is_active: false, running: false },
    ]);
    await checkInvariants(server().databasePath);
  });
});

test('reading an id that does not exist creates nothing', async () => {
  const alice = await server().person();
  const before = await adminList('?status=all&limit=500');
  const path = `/api/sessions/${randomUUID()}`;
  for (const part of ['', '/events', '/snapshot', '/history']) {
    refused(await alice.client.get(path + part), 404, 'not_found');
  }
  const stream = await alice.client.open(`${path}/events`);
  expect('status' in stream && stream.status).toBe(404);
  refused(await alice.client.post(`${path}/chat`, { message: 'hello' }), 404, 'not_found');
  refused(await alice.client.post(`${path}/turns`, { client_turn_id: randomUUID(), text: 'hi' }), 404, 'not_found');
  refused(await alice.client.patch(path, { title: 'ghost' }), 404, 'not_found');
  refused(await alice.client.delete(path), 404, 'not_found');
  expect(await adminList('?status=all&limit=500')).toEqual(before);
});

describe('my list', () => {
  test('it is paged by cursor, newest activity first, each session once', async () => {
    const alice = await server().person();
    const opened: string[] = [];
    for (let i = 0; i < 7; i++) opened.push((await openSession(alice, { title: `Session ${i}` })).session_id);
    const active = opened[2] ?? '';
    await ask(alice, active, 'this one moves to the top');
    const pages: SessionRow[][] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await list(alice, `?limit=3${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      pages.push(page.sessions);
      cursor = page.next_cursor;
    }
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    const rows = pages.flat();
    expect(rows[0]?.session_id).toBe(active);
    expect(new Set(rows.map((row) => row.session_id))).toEqual(new Set(opened));
    const times = rows.map((row) => row.last_activity);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  test('q finds titles, however they are written, and only mine', async () => {
    const [alice, bob] = [await server().person(), await server().person()];
    await openSession(alice, { title: 'Quarterly Report' });
    await openSession(alice, { title: 'Something else' });
    await openSession(bob, { title: 'Quarterly plans of Bob' });
    const found = (await list(alice, '?q=quarterly')).sessions.map((row) => row.title);
    expect(found).toEqual(['Quarterly Report']);
    expect((await list(alice, '?q=nothing+like+it')).sessions).toEqual([]);
  });

  test.each(['cursor=nonsense', 'limit=0', 'limit=501', 'limit=x', 'unknown=1', 'q=a&q=b'])(
    '?%s is a 400',
    async (query) => {
      const alice = await server().person();
      refused(await alice.client.get(`/api/sessions?${query}`), 400, 'bad_request');
    },
  );
});
