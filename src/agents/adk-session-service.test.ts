import { createEvent, createEventActions, type Event, InMemorySessionService, type Session, State } from '@google/adk';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { byServer } from '../contract/audit.ts';
import { openAdkSessionService } from './adk-session-service.ts';
import { change, givenAdkService, idsOf, says } from './testing/given-adk-service.ts';

const given = givenAdkService();
/** Unlike an object literal, this makes `__proto__` a key. */
const parsed = (json: string): Record<string, unknown> => JSON.parse(json);

async function stored(): Promise<Session> {
  const session = await given.service.getSession(given.name);
  if (!session) throw new Error('the session is not there');
  return session;
}

const administratorsList = (status: 'all' | 'active' = 'all') =>
  given.store.scan.adminSessions({ status, agentId: given.name.appName, sort: 'created_at', limit: 500 });
async function rowOf() {
  const [row, ...more] = await administratorsList();
  if (!row || more.length > 0) throw new Error('not one session');
  return row;
}
async function log() {
  const { session_id: sessionId } = await rowOf();
  return given.store.read.eventsAfter({ sessionId, userId: '', after: 0, limit: 1000 });
}

test('a database address is refused', async () => {
  await expect(
    openAdkSessionService({ dataDir: given.dataDir, databaseUrl: 'postgres://localhost/x' }),
  ).rejects.toThrow('databaseUrl');
});

test('closing twice is closing once', async () => {
  const third = await openAdkSessionService({ dataDir: given.dataDir });
  await Promise.all([third.close(), third.close()]);
});

describe('createSession', () => {
  test('makes an id, drops temp: and gives each scope its keys', async () => {
    const state = { own: 1, 'temp:x': 2, 'app:a': 3, 'user:b': null };
    const { appName, userId } = given.name;
    const made = await given.service.createSession({ appName, userId, state });
    expect(made.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(made).toMatchObject({ appName, userId, events: [] });
    expect(made.state).toEqual({ own: 1, 'app:a': 3, 'user:b': null });
    expect((await given.service.createSession({ appName, userId })).state).toEqual({ 'app:a': 3, 'user:b': null });
    expect((await given.service.createSession({ appName, userId: 'u2' })).state).toEqual({ 'app:a': 3 });
    expect((await given.service.createSession({ appName: `${appName}x`, userId })).state).toEqual({});
  });

  test('refuses an id that is taken', async () => {
    await given.service.createSession(given.name);
    await expect(given.service.createSession(given.name)).rejects.toThrow('Session with id s1 already exists.');
    expect(await administratorsList()).toHaveLength(1);
  });

  test('many callers of getOrCreateSession get one session', async () => {
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? given.service : given.other).getOrCreateSession(given.name)),
    );
    expect(await administratorsList()).toHaveLength(1);
  });

  test('the administrator sees a session without an owner', async () => {
    await given.service.createSession(given.name);
    expect(await rowOf()).toMatchObject({
      user_id: null,
      username: null,
      active_agent_id: given.name.appName,
      title: `${given.name.appName} · s1`,
      is_active: 1,
      message_count: 0,
      last_seq: 0,
    });
  });
});

describe('appendEvent', () => {
  let session: Session;
  beforeEach(async () => {
    session = await given.service.createSession(given.name);
  });

  test('keeps the exact event and moves the session on', async () => {
    const event = says('shop_agent', 'Hi', { timestamp: 1_234_567_890_000, customMetadata: { 'a:b': [1, null] } });
    expect(await given.service.appendEvent({ session, event })).toBe(event);
    expect(session.events).toEqual([event]);
    const read = await stored();
    expect(read.events).toEqual([event]);
    expect([session.lastUpdateTime, read.lastUpdateTime]).toEqual([event.timestamp, event.timestamp]);
    read.events.pop();
    expect((await stored()).events).toHaveLength(1);
  });

  test('a partial event leaves no trace', async () => {
    const event = { ...says('shop_agent', 'H'), partial: true };
    expect(await given.service.appendEvent({ session, event })).toBe(event);
    expect([session.events, (await stored()).events]).toEqual([[], []]);
  });

  test('state goes to its scope, temp: nowhere, and null is a value', async () => {
    const event = change({ own: 1, 'temp:x': 2, 'app:a': { deep: [1] }, 'user:b': 'b', gone: null });
    await given.service.appendEvent({ session, event });
    const kept = { own: 1, 'app:a': { deep: [1] }, 'user:b': 'b', gone: null };
    expect(event.actions.stateDelta).toEqual(kept);
    expect([session.state, (await stored()).state]).toEqual([kept, kept]);
    const sibling = await given.service.createSession({ ...given.name, sessionId: 's2' });
    expect(sibling.state).toEqual({ 'app:a': { deep: [1] }, 'user:b': 'b' });
  });

  test('a newer State.set is not rolled back in the caller’s session', async () => {
    const delta = {};
    new State(session.state, delta).set('count', 1);
    const event = createEvent({ actions: createEventActions({ stateDelta: delta }) });
    new State(session.state, {}).set('count', 2);
    await given.service.appendEvent({ session, event });
    expect(session.state['count']).toBe(2);
  });

  test('a __proto__ key stays a key', async () => {
    const delta = '{"__proto__": {"isAdmin": true}, "user:__proto__": 1, "app:__proto__": 2}';
    await given.service.appendEvent({ session, event: change(parsed(delta)) });
    const read = await stored();
    expect(Object.keys(read.state).toSorted()).toEqual(['__proto__', 'app:__proto__', 'user:__proto__']);
    expect(read.state['__proto__']).toEqual({ isAdmin: true });
    expect(new State(read.state).get('isAdmin')).toBeUndefined();
    expect(Object.keys(read.events[0]?.actions.stateDelta ?? {})).toContain('__proto__');
    const made = await given.service.createSession({
      ...given.name,
      sessionId: 's2',
      state: parsed('{"__proto__": {"x": 1}}'),
    });
    expect(new State(made.state).get('x')).toBeUndefined();
    expect(made.state['__proto__']).toEqual({ x: 1 });
  });

  test('an event that comes again takes its place and our log stays as it is', async () => {
    const event = says('user', 'first', { id: 'e1' });
    await given.service.appendEvent({ session, event });
    await given.service.appendEvent({ session, event: says('shop_agent', 'second', { id: 'e2' }) });
    const before = { row: await rowOf(), log: await log() };
    await given.service.appendEvent({ session, event: says('user', 'changed', { id: 'e1' }) });
    expect(idsOf(session)).toEqual(['e1', 'e2']);
    const read = await stored();
    expect(read.events.map((each) => each.content?.parts?.[0]?.text)).toEqual(['changed', 'second']);
    expect(await log()).toEqual(before.log);
    expect(await rowOf()).toEqual({ ...before.row, rev: before.row.rev + 1 });
  });

  test('messages, calls and results are in our log, and the counters count them', async () => {
    const events: Event[] = [
      says('user', 'What does it cost?'),
      createEvent({
        author: 'shop_agent',
        content: {
          role: 'model',
          parts: [{ text: 'Let me see.' }, { functionCall: { id: 'c1', name: 'price', args: {} } }],
        },
      }),
      createEvent({
        author: 'shop_agent',
        content: { role: 'user', parts: [{ functionResponse: { id: 'c1', name: 'price', response: { eur: 3 } } }] },
      }),
      createEvent({ author: 'shop_agent', content: { role: 'model', parts: [{ text: 'Hm.', thought: true }] } }),
      says('shop_agent', '3 euros.', {
        modelVersion: 'm1',
        usageMetadata: { promptTokenCount: 7, candidatesTokenCount: NaN },
      }),
      change({ own: 1 }),
    ];
    for (const event of events) await given.service.appendEvent({ session, event });
    const kept = await log();
    expect(kept.map(({ seq, type, turn_id }) => ({ seq, type, turn_id }))).toEqual(
      ['user_message', 'agent_message', 'tool_call', 'tool_result', 'agent_message'].map((type, index) => ({
        seq: index + 1,
        type,
        turn_id: null,
      })),
    );
    const payloads = kept.map((each) => parsed(each.payload));
    expect(payloads[0]).toMatchObject({ author_user_id: 'u1', text: 'What does it cost?' });
    expect(payloads[1]).toMatchObject({ final: false, text: 'Let me see.' });
    expect(payloads[3]).toMatchObject({ call_id: 'c1', output: { eur: 3 }, is_error: false });
    expect(payloads[4]).toMatchObject({
      final: true,
      text: '3 euros.',
      model: 'm1',
      usage: { input_tokens: 7, output_tokens: 0 },
    });
    expect(await rowOf()).toMatchObject({ message_count: 2, user_query_count: 1, last_seq: 5 });
    expect((await stored()).events).toHaveLength(events.length);
  });

  test('an event of megabytes comes back whole', async () => {
    const text = '“äöü” '.repeat(200_000);
    await given.service.appendEvent({ session, event: says('user', text) });
    expect((await stored()).events[0]?.content?.parts?.[0]?.text).toBe(text);
    expect(parsed((await log())[0]?.payload ?? '{}')).toMatchObject({ text });
  });

  test('a session that is not there is an error and nothing is kept', async () => {
    const missing = { ...session, id: 'missing' };
    const event = change({ 'app:a': 1 });
    await expect(given.service.appendEvent({ session: missing, event })).rejects.toThrow('Session missing not found');
    expect(missing.events).toEqual([]);
    expect((await stored()).state).toEqual({});
  });

  test('what cannot be written as JSON is refused whole, and the next event is kept', async () => {
    await expect(given.service.appendEvent({ session, event: change({ 'app:a': 1, big: 1n }) })).rejects.toThrow(
      TypeError,
    );
    await given.service.appendEvent({ session, event: change({ own: () => 1 }) });
    expect((await stored()).state).toEqual({ own: null });
    expect((await stored()).events).toHaveLength(1);
  });

  test('an event, its state and our log hold together', async () => {
    const broken = { type: 'agent_message', payload: { final: true } } as never;
    const append = given.store.write.appendAdkEvent({
      appName: given.name.appName,
      userKey: 'u1',
      adkSessionId: 's1',
      adkEvent: { eventId: 'e1', event: { id: 'e1' } },
      events: [broken],
      actor: 'agent',
      state: { session: [{ key: 'own', value: 1 }], user: [], app: [{ key: 'a', value: 1 }] },
      eventMs: 1,
      at: systemClock.now(),
    });
    await expect(append).rejects.toThrow();
    expect(await stored()).toMatchObject({ events: [], state: {}, lastUpdateTime: session.lastUpdateTime });
    expect(await log()).toEqual([]);
    expect((await rowOf()).message_count).toBe(0);
  });

  test('a session that an administrator ended can be read, not continued', async () => {
    const { session_id } = await rowOf();
    await given.store.write.invalidateSessions({
      sessionIds: [session_id],
      by: { userId: 'a1' },
      at: systemClock.now(),
    });
    await expect(given.service.appendEvent({ session, event: says('user', 'Hi') })).rejects.toThrow('ended');
    expect((await stored()).events).toEqual([]);
  });

  test('events of one millisecond keep the order of their appending', async () => {
    for (let n = 0; n < 40; n += 1) {
      await given.service.appendEvent({
        session,
        event: says('user', `${n}`, { id: `${(n * 7) % 40}`, timestamp: 5 }),
      });
    }
    expect((await stored()).events.map((each) => each.content?.parts?.[0]?.text)).toEqual(
      Array.from({ length: 40 }, (_, n) => `${n}`),
    );
  });

  test('two instances append 200 events at once: none is lost and seq is dense', async () => {
    const theirs = await given.other.getSession(given.name);
    if (!theirs) throw new Error('the session is not there');
    await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        n % 2
          ? given.service.appendEvent({ session, event: says('user', `${n}`, { id: `e${n}` }) })
          : given.other.appendEvent({ session: theirs, event: says('agent', `${n}`, { id: `e${n}` }) }),
      ),
    );
    const read = await stored();
    expect(new Set(idsOf(read)).size).toBe(200);
    for (const own of [session, theirs]) {
      const mine = new Set(idsOf(own));
      expect(idsOf(own)).toEqual(idsOf(read).filter((id) => mine.has(id)));
    }
    expect((await log()).map((each) => each.seq)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
    expect(await rowOf()).toMatchObject({ message_count: 200, user_query_count: 100, last_seq: 200 });
  });

  test('two instances set 80 app: keys at once: all are kept', async () => {
    const theirs = await given.other.createSession({ ...given.name, userId: 'u2' });
    await Promise.all(
      Array.from({ length: 80 }, (_, n) =>
        n % 2
          ? given.service.appendEvent({ session, event: change({ [`app:k${n}`]: n }) })
          : given.other.appendEvent({ session: theirs, event: change({ [`app:k${n}`]: n }) }),
      ),
    );
    const expected = Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`app:k${n}`, n]));
    expect((await stored()).state).toEqual(expected);
  });

  test('it does what ADK’s own service in memory does (seeded)', async () => {
    const json = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));
    const key = fc.constantFrom('a', 'b', '__proto__', 'user:a', 'app:a', 'app:__proto__', 'temp:a', 'constructor', '');
    const step = fc.record({
      id: fc.constantFrom('e1', 'e2', 'e3', 'e4', 'e5'),
      timestamp: fc.integer({ min: 1, max: 9 }),
      delta: fc.array(fc.tuple(key, json), { maxLength: 4 }),
      text: fc.string(),
    });
    let n = 0;
    const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      n += 1;
      const ids = { appName: `${given.name.appName} ${n}`, userId: 'u', sessionId: 's' };
      const inMemory = new InMemorySessionService();
      const pair = [inMemory, given.service] as const;
      for (const each of pair) {
        const session = await each.createSession(ids);
        for (const { id, timestamp, text, delta } of steps) {
          const stateDelta = Object.fromEntries(delta);
          const event = says('user', text, { id, timestamp, actions: createEventActions({ stateDelta }) });
          await each.appendEvent({ session, event });
        }
      }
      const [expected, actual] = await Promise.all(pair.map((each) => each.getSession(ids)));
      expect(actual).toEqual(expected);
      expect(Object.keys(actual?.state ?? {}).toSorted()).toEqual(Object.keys(expected?.state ?? {}).toSorted());
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

describe('deleteSession', () => {
  test('the session is gone, its name is free, the state of user and app stays', async () => {
    const session = await given.service.createSession({ ...given.name, state: { own: 1, 'user:u': 2, 'app:a': 3 } });
    await given.service.appendEvent({ session, event: says('user', 'Hi') });
    await given.service.deleteSession(given.name);
    await given.service.deleteSession(given.name);
    expect(await given.service.getSession(given.name)).toBeUndefined();
    expect((await given.service.listSessions({ appName: given.name.appName })).sessions).toEqual([]);
    await expect(given.service.appendEvent({ session, event: says('user', 'Hi') })).rejects.toThrow(
      'Session s1 not found',
    );
    expect(await administratorsList('active')).toEqual([]);
    expect((await rowOf()).deleted_at).not.toBeNull();
    const again = await given.service.createSession(given.name);
    expect(again).toMatchObject({ events: [], state: { 'user:u': 2, 'app:a': 3 } });
    expect(Object.keys(again.state)).toHaveLength(2);
  });

  test('a name whose session was deleted by other means is free too', async () => {
    const session = await given.service.createSession({ ...given.name, state: { own: 1 } });
    await given.service.appendEvent({ session, event: says('user', 'Hi') });
    const { session_id: sessionId } = await rowOf();
    await given.store.write.deleteSession({ sessionId, at: systemClock.now(), by: byServer });
    expect(await given.service.getSession(given.name)).toBeUndefined();
    expect((await given.service.listSessions({ appName: given.name.appName })).totalItems).toBe(0);
    expect(await given.service.createSession(given.name)).toMatchObject({ events: [], state: {} });
  });
});
