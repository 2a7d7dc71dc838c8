import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Actor, throughOf } from '../access/actor.ts';
import { systemClock } from '../clock.ts';
import { byServer } from '../contract/audit.ts';
import { givenActor } from '../identity/testing/given-actor.ts';
import { agentId, GivenLog } from '../store/conformance/given-log.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { exportAudit } from './audit/export-audit.ts';
import { exportSessions } from './export-sessions.ts';

/** More than is read before anybody asks for it; each leaves a record, too. */
const sessions = 2_500;

let folder: string;
let store: Store;
let actor: Actor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perdure-exports-'));
  store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
  const given = new GivenLog(store);
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
  const userId = await given.user();
  await Promise.all(Array.from({ length: sessions }, () => given.session(userId)));
  const noted = () => store.write.noteAuditExport({ format: 'csv', filter: {}, at: systemClock.now(), by: byServer });
  await Promise.all(Array.from({ length: sessions }, noted));
}, 60_000);
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

type MayRead = (actor: Actor) => Promise<boolean>;

test.each([
  ['list of sessions', (mayRead: MayRead) => exportSessions({ store, clock: systemClock, mayRead }, actor, {})],
  ['audit log', (mayRead: MayRead) => exportAudit({ store, clock: systemClock, mayRead }, actor, {}, 'csv')],
])('whoever was signed out meanwhile gets no further piece of the %s', async (_what, open) => {
  actor = await givenActor({ store, clock: systemClock }, 'administrator');
  const mayRead = (asked: Actor) => store.read.mayStillAct({ through: throughOf(asked), now: systemClock.now() });
  const reader = (await open(mayRead)).getReader();
  expect((await reader.read()).done).toBe(false);
  await store.write.revokeLogins({ userId: actor.userId, at: systemClock.now(), by: byServer });
  const rest = async () => {
    while (!(await reader.read()).done);
  };
  await expect(rest()).rejects.toMatchObject({ code: 'unauthenticated' });
});
