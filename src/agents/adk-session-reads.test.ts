import type { GetSessionConfig, ListSessionsRequest, Session } from '@google/adk';
import { beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { byServer } from '../contract/audit.ts';
import { librarian } from './catalogue.ts';
import { givenAdkService, idsOf, says } from './testing/given-adk-service.ts';

const given = givenAdkService();

async function stored(config?: GetSessionConfig): Promise<Session> {
  const session = await given.service.getSession({ ...given.name, ...(config && { config }) });
  if (!session) throw new Error('the session is not there');
  return session;
}

async function ids(config?: GetSessionConfig): Promise<string[]> {
  return idsOf(await stored(config));
}

async function sessionAt(userId: string, sessionId: string, timestamp: number): Promise<void> {
  const session = await given.service.createSession({ ...given.name, userId, sessionId, state: { own: 1 } });
  await given.service.appendEvent({ session, event: says('user', 'Hi', { timestamp }) });
}

/** The ids of a list in one text, and the numbers beside it. */
async function list(more: Partial<ListSessionsRequest>) {
  const { sessions, ...numbers } = await given.service.listSessions({ appName: given.name.appName, ...more });
  return { ids: sessions.map((each) => each.id).join(''), ...numbers };
}

describe('getSession', () => {
  beforeEach(async () => {
    const session = await given.service.createSession(given.name);
    for (const [index, timestamp] of [10, 30, 20, 30, 40].entries()) {
      await given.service.appendEvent({ session, event: says('user', '', { id: `e${index + 1}`, timestamp }) });
    }
  });

  test('gives the newest events, or those after a time, or what both leave', async () => {
    expect(await ids()).toEqual(['e1', 'e2', 'e3', 'e4', 'e5']);
    expect(await ids({ numRecentEvents: 2 })).toEqual(['e4', 'e5']);
    expect(await ids({ numRecentEvents: 9 })).toHaveLength(5);
    expect(await ids({ numRecentEvents: 0 })).toEqual([]);
    expect(await ids({ afterTimestamp: 0 })).toHaveLength(5);
    expect(await ids({ afterTimestamp: 10 })).toEqual(['e2', 'e3', 'e4', 'e5']);
    expect(await ids({ afterTimestamp: 25 })).toEqual(['e4', 'e5']);
    expect(await ids({ afterTimestamp: 30 })).toEqual(['e5']);
    expect(await ids({ afterTimestamp: 40 })).toEqual([]);
    expect(await ids({ afterTimestamp: 25, numRecentEvents: 1 })).toEqual(['e5']);
  });

  test('reads more events than one read takes', async () => {
    const session = await stored();
    const more = Array.from({ length: 450 }, (_, n) => says('user', '', { id: `more${n}`, timestamp: 50 }));
    await Promise.all(more.map((event) => given.service.appendEvent({ session, event })));
    expect((await stored()).events).toHaveLength(455);
    expect((await stored({ afterTimestamp: 40 })).events).toHaveLength(450);
    expect((await stored({ numRecentEvents: 300 })).events).toHaveLength(300);
  });

  test('a session of the product has no ADK name', async () => {
    await given.store.write.putBuiltins({ agents: [librarian], at: systemClock.now() });
    await given.store.write.createUser({
      by: byServer,
      userId: 'u9',
      username: 'u9',
      displayName: '',
      role: 'member',
      passwordHash: '',
      at: systemClock.now(),
    });
    const product = { sessionId: 'p1', userId: 'u9', agentId: 'librarian', title: '', titleIsSet: false } as const;
    await given.store.write.createSession({
      ...product,
      corpora: [],
      origin: 'web',
      at: systemClock.now(),
      by: byServer,
    });
    for (const appName of ['perdure', 'librarian', '']) {
      expect(await given.service.getSession({ appName, userId: 'u9', sessionId: 'p1' })).toBeUndefined();
      await given.service.deleteSession({ appName, userId: 'u9', sessionId: 'p1' });
    }
    expect(await given.store.read.memberSession({ sessionId: 'p1', userId: 'u9' })).toBeDefined();
  });
});

describe('listSessions', () => {
  beforeEach(async () => {
    await sessionAt('u1', 'c', 2000);
    await sessionAt('u1', 'a', 2000);
    await sessionAt('u1', 'd', 1000);
    await sessionAt('u2', 'b', 2000);
    await given.service.createSession({ appName: `${given.name.appName}x`, userId: 'u1' });
  });

  test('without events, of one user or of all', async () => {
    const { sessions } = await given.service.listSessions({ appName: given.name.appName, userId: 'u2' });
    expect(sessions).toEqual([
      { id: 'b', appName: given.name.appName, userId: 'u2', state: {}, events: [], lastUpdateTime: 2000 },
    ]);
    expect(await list({})).toEqual({ ids: 'dabc', page: 1, limit: 4, totalItems: 4, totalPages: 1 });
    expect(await list({ userId: '' })).toEqual({ ids: '', page: 1, limit: 0, totalItems: 0, totalPages: 0 });
  });

  test('by time, and by id within one time', async () => {
    expect((await list({ order: 'asc' })).ids).toBe('dabc');
    expect((await list({ order: 'desc' })).ids).toBe('abcd');
  });

  test('in pages; the page goes before the offset', async () => {
    const order = 'asc';
    expect(await list({ order, limit: 3 })).toEqual({ ids: 'dab', page: 1, limit: 3, totalItems: 4, totalPages: 2 });
    expect(await list({ order, limit: 3, page: 2, offset: 0 })).toMatchObject({ ids: 'c', page: 2 });
    expect(await list({ order, limit: 2, offset: 2 })).toMatchObject({ ids: 'bc', page: 2 });
    expect(await list({ order, limit: 2, offset: 10 })).toMatchObject({ ids: '', totalItems: 4, totalPages: 2 });
    expect(await list({ order, offset: 1 })).toEqual({ ids: 'abc', page: 1, limit: 4, totalItems: 4, totalPages: 1 });
    expect(await list({ limit: 0 })).toEqual({ ids: '', page: 1, limit: 0, totalItems: 4, totalPages: 0 });
  });
});
