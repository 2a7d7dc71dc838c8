import { open } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  type AdminSessionRow,
  adminSessionGone,
  adminSessionRow,
  adminSessions,
  adminSessionsSnapshot,
} from '../../src/contract/admin.ts';
import { auditList } from '../../src/contract/audit.ts';
import { formatKeyset } from '../../src/contract/keyset.ts';
import { answered, type Reply, refused } from '../client.ts';
import { GivenServer, openSession, type Person } from '../given.ts';
import { sharedServer, slowStartMs } from '../shared-server.ts';
import type { SseReader } from '../sse-reader.ts';
import { ask, send } from '../turns.ts';

const server = sharedServer({ withModel: true });

async function page(query: string): Promise<{ rows: AdminSessionRow[]; reply: Reply }> {
  const reply = await server().admin.client.get(`/api/admin/sessions?${query}`);
  return { rows: answered(reply, 200, adminSessions), reply };
}

async function ids(query: string): Promise<string[]> {
  return (await page(query)).rows.map((row) => row.session_id).toSorted();
}

/** All pages of a list, by their Link headers. */
async function allPages(query: string): Promise<AdminSessionRow[]> {
  const rows: AdminSessionRow[] = [];
  for (let path: string | undefined = `/api/admin/sessions?${query}`; path !== undefined; ) {
    const reply = await server().admin.client.get(path);
    rows.push(...answered(reply, 200, adminSessions));
    path = /^<([^>]+)>; rel="next"$/.exec(String(reply.headers.link ?? ''))?.[1];
  }
  return rows;
}

async function openSessions(person: Person, count: number): Promise<string[]> {
  const opened: string[] = [];
  for (let i = 0; i < count; i++) opened.push((await openSession(person, { title: `Number ${i}` })).session_id);
  return opened;
}

describe('the list', () => {
  test('its pages hold every session once, in order, for every sort', async () => {
    const alice = await server().person();
    const opened = await openSessions(alice, 8);
    await ask(alice, opened[3] ?? '', 'one message');
    await ask(alice, opened[5] ?? '', 'two');
    await ask(alice, opened[5] ?? '', 'messages');
    const columns = {
      last_activity: 'last_activity',
      created_at: 'created_at',
      chat_messages: 'chat_messages',
    } as const;
    for (const [sort, column] of Object.entries(columns)) {
      const rows = await allPages(`username=${alice.username}&sort=${sort}&limit=3`);
      expect(rows.map((row) => row.session_id).toSorted()).toEqual(opened.toSorted());
      for (const [index, row] of rows.entries()) {
        const next = rows[index + 1];
        if (next) expect(row[column] >= next[column]).toBe(true);
      }
    }
    expect((await page(`username=${alice.username}`)).rows[0]?.session_id).toBe(opened[5]);
    expect((await page(`username=${alice.username}&sort=chat_messages`)).rows[0]).toMatchObject({ chat_messages: 4 });
    expect((await page(`username=${alice.username}&sort=created_at`)).rows[0]?.session_id).toBe(opened[7]);
  });

  test('X-Total-Count is the exact total of what is asked, on every page', async () => {
    const alice = await server().person();
    await openSessions(alice, 4);
    const first = await page(`username=${alice.username}&limit=3`);
    expect(first.reply.headers['x-total-count']).toBe('4');
    expect(first.reply.headers['x-total-count-exceeded']).toBeUndefined();
    expect(first.reply.headers.link).toContain('rel="next"');
    const whole = await page(`username=${alice.username}&limit=4`);
    expect(whole.reply.headers.link).toBeUndefined();
    const everything = await page('status=all&limit=1');
    expect(Number(everything.reply.headers['x-total-count'])).toBe((await allPages('status=all&limit=100')).length);
  });

  test('it filters by status, username, agent, and text of title, username or id', async () => {
    const alice = await server().person();
    const [active = '', inactive = '', deleted = ''] = await openSessions(alice, 3);
    await server().admin.client.post(`/api/admin/sessions/${inactive}/invalidate`);
    await alice.client.delete(`/api/sessions/${deleted}`);
    const mine = `username=${alice.username.toUpperCase()}`;
    expect(await ids(mine)).toEqual([active]);
    expect(await ids(`${mine}&status=active`)).toEqual([active]);
    expect(await ids(`${mine}&status=inactive`)).toEqual([inactive]);
    expect(await ids(`${mine}&status=deleted`)).toEqual([deleted]);
    expect(await ids(`${mine}&status=all`)).toEqual([active, inactive, deleted].toSorted());
    expect(await ids(`${mine}&agent_id=librarian`)).toEqual([active]);
    expect(await ids(`${mine}&agent_id=nobody`)).toEqual([]);
    expect(await ids(`${mine}&q=NUMBER+0`)).toEqual([active]);
    expect(await ids(`q=${alice.username}`)).toEqual([active]);
    expect(await ids(`q=${active}`)).toEqual([active]);
    expect(await ids(`q=${active.slice(0, 8).toUpperCase()}`)).toEqual([active]);
    expect(await ids(`${mine}&q=NUMBER+0&agent_id=nobody`)).toEqual([]);
    expect(await ids('username=nobody-at-all')).toEqual([]);
  });

  test('it filters by what goes on in a session, live and not', async () => {
    const alice = await server().person();
    const [running = '', failed = '', archived = '', idle = '', deleted = ''] = await openSessions(alice, 5);
    const mine = `username=${alice.username}`;
    const live = await server().admin.client.stream(`/api/admin/sessions/events?${mine}&status=running`);
    const waiting = await server().admin.client.stream(`/api/admin/sessions/events?${mine}&status=waiting`);
    for (const stream of [live, waiting]) await stream.until('the snapshot', ({ frames }) => frames[0]);
    for (const sessionId of [failed, deleted]) {
      server().model.next({ status: 401 });
      await ask(alice, sessionId, 'Will this fail?');
    }
    await ask(alice, idle, 'hello');
    await alice.client.patch(`/api/sessions/${archived}`, { archived: true });
    await alice.client.delete(`/api/sessions/${deleted}`);
    server().model.next({ text: 'an answer that never ends', stallAfter: 1 });
    await send(alice, running, 'how are you?');
    await live.until('the one that runs', (reader) => rowsOf(reader, running).some((row) => row.running));
    expect(await ids(`${mine}&status=running`)).toEqual([running]);
    expect(await ids(`${mine}&status=failed`)).toEqual([failed]);
    expect(await ids(`${mine}&status=archived`)).toEqual([archived]);
    expect(await ids(`${mine}&status=waiting`)).toEqual([]);
    expect(await ids(mine)).toEqual([running, failed, archived, idle].toSorted());
    const { rows, reply } = await page(`${mine}&status=failed`);
    expect(rows[0]).toMatchObject({ newest_turn: 'failed', is_active: true });
    expect(reply.headers['x-total-count']).toBe('1');
    // One that waits behind another in its session is running; stopped, it is neither.
    await send(alice, running, 'and you?');
    expect(await ids(`${mine}&status=waiting`)).toEqual([]);
    await server().admin.client.post(`/api/admin/sessions/${running}/stop`);
    await live.until('the stopped one gone', (reader) => isGone(reader, running));
    expect(await ids(`${mine}&status=running`)).toEqual([]);
    server().model.next({ text: 'It works.' });
    await ask(alice, failed, 'And now?');
    expect(await ids(`${mine}&status=failed`)).toEqual([]);
    for (const stream of [live, waiting]) await stream.close();
  });

  test('as a file it has every session that fits, in the list’s order, with no formula in it; that it was taken out is on record', async () => {
    const alice = await server().person();
    const [plain = '', formula = '', closed = ''] = await openSessions(alice, 3);
    await alice.client.patch(`/api/sessions/${formula}`, { title: '=HYPERLINK("https://example.org")' });
    await server().admin.client.post(`/api/admin/sessions/${closed}/invalidate`);
    const reply = await server().admin.client.get(
      `/api/admin/sessions/export?username=${alice.username}&sort=created_at`,
    );
    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(String(reply.headers['content-disposition'])).toContain('perdure-sessions.csv');
    const [head = '', ...lines] = reply.text.split('\r\n');
    expect(head.startsWith('"session_id","username","title"')).toBe(true);
    expect(lines.map((line) => line.slice(1, 37))).toEqual([formula, plain, '']);
    expect(lines[0]).toContain(`"'=HYPERLINK(""https://example.org"")"`);
    const all = await server().admin.client.get('/api/admin/sessions/export?status=all');
    expect(all.text.trim().split('\r\n')).toHaveLength(1 + (await allPages('status=all&limit=100')).length);
    const audit = await server().admin.client.get('/api/admin/audit?action=session_list.exported');
    const { records } = answered(audit, 200, auditList);
    expect(records.map(({ facts }) => facts)).toMatchObject([
      { status: 'all', sort: 'last_activity' },
      { status: 'active', sort: 'created_at', user_id: alice.user.id },
    ]);
    expect(JSON.stringify(records.map(({ facts, personal }) => [facts, personal]))).not.toContain(alice.username);
    refused(await server().admin.client.get('/api/admin/sessions/export?limit=3'), 400, 'bad_request');
  });

  const byTime = `cursor=${formatKeyset({ value: '2026-11-26T10:00:00.000Z', id: 'session' })}`;
  test.each([
    `sort=chat_messages&${byTime}`,
    'status=gone',
    'sort=title',
    'limit=501',
    'limit=0',
    'cursor=x',
    'cursor=WyJhIl0',
    'more=1',
  ])('?%s is a 400', async (query) => {
    for (const path of ['/api/admin/sessions', '/api/admin/sessions/events']) {
      refused(await server().admin.client.get(`${path}?${query}`), 400, 'bad_request');
    }
  });

  test(
    'a store that cannot be read is a 503, never an empty list',
    async () => {
      await using broken = await GivenServer.start();
      await openSession(broken.admin);
      // The lists read through handles of their own, opened at the first list: they find ruins, the sign-in's pages are still in memory.
      for (const suffix of ['', '-wal']) await ruin(broken.databasePath + suffix);
      for (const path of ['/api/admin/sessions', '/api/sessions']) {
        const reply = await broken.admin.client.get(path);
        refused(reply, 503, 'store_unavailable');
        expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
      }
      expect((await broken.anonymous.get('/healthz')).status).toBe(200);
    },
    slowStartMs,
  );
});

async function ruin(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size, 0x5a), 0, size, 0);
  } finally {
    await file.close();
  }
}

const rowsOf = (stream: SseReader, sessionId: string) =>
  stream.frames
    .filter((frame) => frame.event === 'row')
    .map((frame) => adminSessionRow.parse(frame.data))
    .filter((row) => row.session_id === sessionId);

const isGone = (stream: SseReader, sessionId: string) =>
  stream.frames.some((frame) => frame.event === 'gone' && adminSessionGone.parse(frame.data).session_id === sessionId);

describe('the live list', () => {
  test('it begins with the asked page, then tells every change, with revisions that only rise', async () => {
    const alice = await server().person();
    const [before = ''] = await openSessions(alice, 1);
    const path = `/api/admin/sessions/events?username=${alice.username}`;
    const stream = await server().admin.client.stream(path);
    const snapshot = await stream.until('the snapshot', ({ frames }) => frames[0]);
    expect(snapshot.event).toBe('snapshot');
    const first = adminSessionsSnapshot.parse(snapshot.data);
    expect(first).toMatchObject({ total: 1, total_exceeded: false, next_cursor: null });
    expect(first.sessions.map((row) => row.session_id)).toEqual([before]);

    const { session_id } = await openSession(alice);
    await stream.until('the new session', (reader) => rowsOf(reader, session_id)[0]);
    server().model.next({ text: 'an answer with some words to stream', pieceDelayMs: 100 });
    await send(alice, session_id, 'how are you?');
    await stream.until('its running turn', (reader) => rowsOf(reader, session_id).some((row) => row.running));
    const done = await stream.until('its finished turn', (reader) =>
      rowsOf(reader, session_id).find((row) => row.chat_messages === 2 && !row.running),
    );
    expect(done).toMatchObject({ user_queries: 1, title: 'how are you?' });
    await alice.client.delete(`/api/sessions/${session_id}`);
    await stream.until('the session gone', (reader) => isGone(reader, session_id));
    await server().admin.client.post(`/api/admin/sessions/${before}/invalidate`);
    await stream.until('the invalidated session gone from the active ones', (reader) => isGone(reader, before));
    const revs = rowsOf(stream, session_id).map((row) => row.rev);
    expect(revs).toEqual([...new Set(revs)].toSorted((a, b) => a - b));
    await stream.close();
    expect((await page(`username=${alice.username}`)).rows).toEqual([]);
  });

  test('what it told last is what the list answers', async () => {
    const alice = await server().person();
    const stream = await server().admin.client.stream(
      `/api/admin/sessions/events?username=${alice.username}&status=all`,
    );
    await stream.until('the snapshot', ({ frames }) => frames[0]);
    const { session_id } = await openSession(alice);
    await ask(alice, session_id, 'hello');
    await alice.client.patch(`/api/sessions/${session_id}`, { title: 'Renamed' });
    const last = await stream.until('the new title', (reader) =>
      rowsOf(reader, session_id).find((row) => row.title === 'Renamed'),
    );
    const [listed] = (await page(`username=${alice.username}&status=all`)).rows;
    expect(last).toEqual(listed);
    await stream.close();
  });

  test('another member’s sessions are no rows of one’s own feed', async () => {
    const [alice, bob] = [await server().person(), await server().person()];
    const feed = await alice.client.stream('/api/feed');
    const hidden = await openSession(bob, { title: 'Bob’s secret' });
    const shown = await openSession(alice, { title: 'Mine' });
    await feed.until('my own row', ({ frames }) => frames.some((frame) => frame.event === 'row'));
    await bob.client.delete(`/api/sessions/${hidden.session_id}`);
    await alice.client.delete(`/api/sessions/${shown.session_id}`);
    await feed.until('my session gone', ({ frames }) => frames.some((frame) => frame.event === 'gone'));
    expect(feed.raw).not.toContain(hidden.session_id);
    expect(feed.raw).not.toContain('secret');
    await feed.close();
  });

  test('it ends when its administrator loses the role or the login', async () => {
    const admin = await server().person('administrator');
    const demoted = await server().person('administrator');
    const streams = [
      await admin.client.stream('/api/admin/sessions/events'),
      await demoted.client.stream('/api/admin/sessions/events'),
    ];
    await admin.client.post('/api/auth/logout');
    await server().admin.client.patch(`/api/admin/users/${demoted.user.id}`, { role: 'member' });
    await Promise.all(streams.map((stream) => stream.ended));
  });
});
