import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRetention } from '../access/retention-rules.ts';
import { systemClock } from '../clock.ts';
import { byServer } from '../contract/audit.ts';
import { acceptArgs } from '../store/conformance/given-log.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { createEraser } from './eraser.ts';

const at = systemClock.now();
const change = { at, by: byServer };
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const userId = 'carla';

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-eraser-'));
  store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
  for (const [id, role] of [
    ['root', 'administrator'],
    [userId, 'curator'],
  ] as const) {
    await store.write.createUser({ ...change, userId: id, username: id, displayName: id, role, passwordHash: 'x' });
  }
  await store.write.createCorpus({ ...change, id: 'corpus', name: 'Mine', description: '', ownerUserId: userId });
  await store.write.addDocument({
    ...change,
    documentId: 'document',
    corpusId: 'corpus',
    title: 'Title',
    filename: 'file.txt',
    mediaType: 'text/plain',
    bytes: 3,
    sha256: 'abc',
    fileKey: 'original',
    createdBy: userId,
    jobId: 'job',
    priority: 0,
  });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Whether the store says that the person is erased. */
async function isErased(): Promise<boolean> {
  const { records } = { records: await store.scan.auditRecords({ action: 'user.erased', limit: 1 }) };
  return records.length > 0;
}

test('an original is removed before the person is said to be erased, also where the sweep that was to remove it was killed', async () => {
  await store.write.eraseUser({ ...change, userId, corpora: 'erase' });
  const removed: string[] = [];
  const eraser = createEraser({
    store,
    retention: createRetention({ store }),
    clock: systemClock,
    log,
    async documentsSwept() {
      // As a process does that is killed between its commit and the removal of the files it names.
      while ((await store.write.sweepDeleted({ maxRows: 10, at, versionsBefore: at })).more);
    },
    async removeFile(fileKey) {
      expect(await isErased()).toBe(false);
      removed.push(fileKey);
    },
  });
  eraser.ring();
  await eraser.idle();
  await eraser.close();
  expect(removed).toEqual(['original']);
  expect(await isErased()).toBe(true);
});

test('a removal that fails is made again, and the person is not said to be erased before', async () => {
  await store.write.eraseUser({ ...change, userId, corpora: 'erase' });
  let tries = 0;
  const eraser = createEraser({
    store,
    retention: createRetention({ store }),
    clock: systemClock,
    log,
    retryMs: 1,
    documentsSwept: async () => {
      while ((await store.write.sweepDeleted({ maxRows: 10, at, versionsBefore: at })).more);
    },
    async removeFile() {
      expect(await isErased()).toBe(false);
      tries += 1;
      if (tries < 3) throw new Error('the disk does not answer');
    },
  });
  eraser.ring();
  await eraser.idle();
  await eraser.close();
  expect(tries).toBe(3);
  expect(await isErased()).toBe(true);
});

test('what budgets counted goes 90 days after its day, and not before', async () => {
  await store.write.putBudget({ ...change, owner: { kind: 'everybody' }, turnsPerDay: 500, tokensPerDay: null });
  const agent = { id: 'librarian', name: 'Librarian', description: '', instructions: '', tools: [] };
  await store.write.putBuiltins({ agents: [agent], at });
  await store.write.createSession({
    ...change,
    sessionId: 'session',
    userId,
    agentId: 'librarian',
    title: 'Title',
    titleIsSet: true,
    corpora: [],
    origin: 'web',
  });
  const day = '2026-03-01T12:00:00.000Z';
  for (let n = 0; n < 120; n++) {
    const accepted = await store.write.acceptTurn({ ...acceptArgs('session', userId), at: day });
    expect(accepted.outcome).toBe('accepted');
  }
  const used = async () => (await store.read.budgetsOfUser({ userId, at: day }))[0]?.turns;
  const housekeeping = async (now: string) => {
    const clock = { ...systemClock, now: () => now, nowMs: () => Date.parse(now) };
    const eraser = createEraser({
      store,
      retention: createRetention({ store }),
      clock,
      log,
      documentsSwept: async () => {},
      removeFile: async () => {},
    });
    eraser.ring();
    await eraser.idle();
    await eraser.close();
  };
  await housekeeping('2026-05-30T23:59:59.999Z');
  expect(await used()).toBe(120);
  await housekeeping('2026-05-31T00:00:00.000Z');
  expect(await used()).toBe(0);
});
