import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { acceptArgs, agentId, GivenLog } from '../conformance/given-log.ts';
import type { Store } from '../store.ts';
import { openSnapshot } from './snapshot.ts';
import { openSqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-held-guests-'));
const path = join(folder, 'perdure.db');
const [before, at, later] = ['2019-01-01T00:00:00.000Z', '2020-01-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z'];
let store: Store;
let given: GivenLog;
beforeAll(async () => {
  store = await openSqliteStore({ path, clock: systemClock });
  given = new GivenLog(store);
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await store.write.putBuiltins({ agents: [agent], at });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Somebody’s session in which two guests wrote. */
async function givenShared() {
  const owner = await given.user();
  const sessionId = await given.session(owner);
  const guests = [await given.user(), await given.user()] as const;
  for (const guest of guests) {
    const subject = { kind: 'user', id: guest } as const;
    await store.write.shareSession({ sessionId, userId: owner, subject, level: 'write', at, by: { userId: owner } });
    await store.write.acceptTurn({ ...acceptArgs(sessionId, guest), at: before });
  }
  return { owner, sessionId, guest: guests[0], other: guests[1] };
}
type Shared = Awaited<ReturnType<typeof givenShared>>;

/** What no command does. */
function force(sql: string, ...values: string[]): void {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.prepare(sql).run(...values);
  database.close();
}

/** The holds that `verify` names. */
async function named(): Promise<string[]> {
  const opened = openSnapshot(path);
  if (opened.outcome !== 'opened') throw new Error(opened.reason);
  const results = await opened.snapshot.read.brokenRules({ examples: 100 });
  await opened.snapshot.close();
  return results.find(({ rule }) => rule.includes('legal hold'))?.subjects ?? [];
}

async function hold(id: string, subject: { kind: 'user' | 'session'; id: string }): Promise<string> {
  expect(await store.write.placeHold({ id, subject, reason: 'A lawsuit', at, by: { userId: null } })).toBe('placed');
  return `hold ${id}`;
}

const eraseUser = (id: string, when: string) => force('update users set erase_at = ? where id = ?', when, id);
const eraseSession = (id: string) =>
  force('update user_sessions set erase_at = ?, deleted_at = ? where session_id = ?', later, later, id);

test.each<[string, (shared: Shared) => { kind: 'user' | 'session'; id: string }, (shared: Shared) => void]>([
  [
    'the session of a held guest',
    ({ guest }) => ({ kind: 'user', id: guest }),
    ({ sessionId }) => eraseSession(sessionId),
  ],
  [
    'a guest of a held session',
    ({ sessionId }) => ({ kind: 'session', id: sessionId }),
    ({ guest }) => eraseUser(guest, later),
  ],
  [
    'a guest of a held owner’s session, whose words are gone already',
    ({ owner }) => ({ kind: 'user', id: owner }),
    ({ guest }) => {
      eraseUser(guest, later);
      force('delete from session_authors where user_id = ?', guest);
    },
  ],
  ['a guest beside a held guest', ({ guest }) => ({ kind: 'user', id: guest }), ({ other }) => eraseUser(other, later)],
])('verify names the hold under which was erased: %s', async (name, subjectOf, erase) => {
  const shared = await givenShared();
  const held = await hold(name, subjectOf(shared));
  expect(await named()).not.toContain(held);
  erase(shared);
  expect(await named()).toContain(held);
});

test('who was being erased before the hold, or before the held person wrote there, breaks no hold', async () => {
  const shared = await givenShared();
  const held = await hold('before', { kind: 'session', id: shared.sessionId });
  eraseUser(shared.guest, before);
  const another = await givenShared();
  const late = await given.user();
  const heldLate = await hold('late', { kind: 'user', id: late });
  eraseUser(another.guest, later);
  const share = { sessionId: another.sessionId, userId: another.owner, at, by: { userId: another.owner } };
  await store.write.shareSession({ ...share, subject: { kind: 'user', id: late }, level: 'write' });
  await store.write.acceptTurn({ ...acceptArgs(another.sessionId, late), at: '2022-01-01T00:00:00.000Z' });
  const broken = await named();
  expect(broken).not.toContain(held);
  expect(broken).not.toContain(heldLate);
});
