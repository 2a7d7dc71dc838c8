import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { openSqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-held-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['held', 'free'])(
  'of a %s session that its program deletes, events and state stay just where it is held',
  async (how) => {
    const path = join(folder, `${how}.db`);
    const store = await openSqliteStore({ path, clock: systemClock });
    const at = systemClock.now();
    const agent = { id: 'agent', name: 'Agent', description: '', instructions: '', tools: [] };
    await store.write.putBuiltins({ agents: [agent], at });
    const key = { appName: 'app', userKey: 'somebody', adkSessionId: 'one' };
    const nothing = { session: [], user: [], app: [] };
    const state = { ...nothing, session: [{ key: 'note', value: 'kept' }] };
    await store.write.createAdkSession({
      ...key,
      sessionId: 'session',
      agentId: 'agent',
      title: '',
      state,
      at,
      atMs: 1,
    });
    const adkEvent = { eventId: 'event', event: { said: 'kept' } };
    await store.write.appendAdkEvent({
      ...key,
      adkEvent,
      events: [],
      actor: 'program',
      state: nothing,
      eventMs: 1,
      at,
    });
    if (how === 'held') {
      const subject = { kind: 'session', id: 'session' } as const;
      await store.write.placeHold({ id: 'hold', subject, reason: 'A lawsuit', at, by: byServer });
    }
    await store.write.deleteAdkSession({ ...key, at });
    await store.close();
    const database = new DatabaseSync(path);
    const counts = ['adk_events', 'session_state', 'adk_sessions'].map((table) =>
      Number(database.prepare(`select count(*) as n from ${table}`).get()?.['n']),
    );
    database.close();
    expect(counts).toEqual(how === 'held' ? [1, 1, 0] : [0, 0, 0]);
  },
);
