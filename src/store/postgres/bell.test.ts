import { Client, escapeIdentifier } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import { agentId, GivenLog } from '../conformance/given-log.ts';
import { inPostgres } from '../conformance/in-postgres.ts';
import { type Bell, openBell } from './bell.ts';
import { createDatabaseClock } from './database-clock.ts';
import { namesIn } from './names.ts';
import { type OpenedPostgres, openPostgresStore } from './postgres-store.ts';

inPostgres('the bell of PostgreSQL', (server) => {
  const opened: OpenedPostgres[] = [];
  const bells: Bell[] = [];
  const clients: Client[] = [];
  afterEach(async () => {
    for (const bell of bells.splice(0)) await bell.close();
    for (const client of clients.splice(0)) await client.end();
    for (const { store } of opened.splice(0)) await store.close();
  });

  async function openTwo() {
    const url = await server().newDatabase();
    const open = async () => {
      const one = await openPostgresStore({ url, clock: systemClock, instanceId: newId() });
      opened.push(one);
      return one;
    };
    return { url, one: await open(), other: await open() };
  }

  test('an instance that closed is gone', async () => {
    const { one, other } = await openTwo();
    const id = one.presence.instanceId;
    expect(await other.presence.goneAmong([id])).toEqual([]);
    await one.store.close();
    opened.splice(opened.indexOf(one), 1);
    expect(await other.presence.goneAmong([id, other.presence.instanceId])).toEqual([id]);
  });

  test.each([
    ['its bell’s connection was', 'oldest'],
    ['every connection of all of them was', 'all'],
  ] as const)('an instance is not gone because %s ended: it comes back by itself', async (_what, which) => {
    const { url, one, other } = await openTwo();
    const ids = [one.presence.instanceId, other.presence.instanceId];
    for (let round = 0; round < 3; round++) {
      await endConnections(url, which);
      const looks = [];
      for (let i = 0; i < 20; i++) {
        looks.push(...(await one.presence.goneAmong(ids)), ...(await other.presence.goneAmong(ids)));
        await new Promise(setImmediate);
      }
      expect(looks).toEqual([]);
    }
  });

  test('after its connections were ended it hears of commits of others', async () => {
    const { url, one, other } = await openTwo();
    await endConnections(url, 'all');
    await other.store.checkHealth().catch(() => other.store.checkHealth());
    const heard = Promise.withResolvers<void>();
    one.store.onCommit((topics) => {
      if (topics.includes('knowledge')) heard.resolve();
    });
    await endConnections(url, 'all');
    await heard.promise;
  });

  test('commits that follow each other are told together, the last of them too', async () => {
    const { bell, heard, told } = await openListening();
    for (let i = 0; i < 200; i++) bell.tell(i === 199 ? ['knowledge'] : ['log']);
    await heard.promise;
    expect(told.map((each) => each.split(' ').slice(1))).toEqual([['log'], ['log', 'knowledge']]);
  });

  test('what was not told yet is told before the bell closes', async () => {
    const { bell, heard, told } = await openListening();
    bell.tell(['log']);
    bell.tell(['knowledge']);
    await bell.close();
    await heard.promise;
    expect(told).toHaveLength(2);
  });

  test('what nobody told of is found, while somebody goes on to tell of something else', async () => {
    const { url, one, other } = await openTwo();
    const heard = Promise.withResolvers<void>();
    other.store.onCommit((topics) => {
      if (topics.includes('knowledge')) heard.resolve();
    });
    const at = systemClock.now();
    const telling = setInterval(() => void one.store.write.putSetting({ by: byServer, key: 'a', value: 1, at }), 20);
    try {
      await one.store.write.putSetting({ by: byServer, key: 'a', value: 1, at });
      // As an instance commits that dies before it told.
      await run(url, 'create table untold ()');
      const fromMs = performance.now();
      await heard.promise;
      expect(performance.now() - fromMs).toBeLessThan(foundWithinMs);
    } finally {
      clearInterval(telling);
    }
  });

  test('whom a session is shared with is told with the commit itself, by the writer, so before anything later', async () => {
    const { url, one } = await openTwo();
    const { store } = one;
    const at = systemClock.now();
    const change = { by: byServer, at };
    await store.write.putBuiltins({
      agents: [{ id: agentId, name: 'Agent', description: '', instructions: '', tools: [] }],
      at,
    });
    const given = new GivenLog(store);
    const owner = await given.owned();
    const subject = { kind: 'user' as const, id: await given.user() };
    const { listener } = await listen(url);
    const heard = Promise.withResolvers<number>();
    listener.on('notification', ({ payload = '', processId }) => {
      if (payload.includes('sharing')) heard.resolve(processId);
    });
    expect(await store.write.shareSession({ ...change, ...owner, subject, level: 'read' })).toBe('shared');
    const { rows } = await listener.query(`select application_name from pg_stat_activity where pid = $1`, [
      await heard.promise,
    ]);
    expect(rows).toEqual([{ application_name: 'perdure writer' }]);
  });

  async function listen(url: string) {
    const listener = new Client({ connectionString: url });
    await listener.connect();
    clients.push(listener);
    const names = namesIn('public');
    await listener.query(`listen ${escapeIdentifier(names.channel)}`);
    return { listener, names };
  }

  /** A bell, and what whoever listens is told by it, until it tells of knowledge. */
  async function openListening() {
    const { url } = await openTwo();
    const { listener, names } = await listen(url);
    const heard = Promise.withResolvers<void>();
    const told: string[] = [];
    const instanceId = newId();
    listener.on('notification', ({ payload = '' }) => {
      if (!payload.startsWith(instanceId)) return;
      told.push(payload);
      if (payload.includes('knowledge')) heard.resolve();
    });
    const clock = createDatabaseClock(systemClock);
    const bell = await openBell({ url, settings: {}, names, instanceId, clock, local: systemClock, onRing: ignore });
    bells.push(bell);
    return { bell, heard, told };
  }
});

/** A second as a rule; the machine may be busy. */
const foundWithinMs = 20_000;
const ignore = () => undefined;

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** Ends sessions as an operator or a failover does: all but the one that asks, or that of the oldest bell. */
async function endConnections(url: string, which: 'all' | 'oldest'): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`select pg_terminate_backend(pid, 5000) from (select pid from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
    ${which === 'oldest' ? `and application_name = 'perdure bell' order by backend_start limit 1` : ''}) as ended`);
  await client.end();
}
