import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { delay, systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import { openSqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-quiet-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a command that changed nothing rings no bell', async () => {
  const store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
  const rung: string[] = [];
  store.onCommit((topics) => rung.push(...topics));
  const lease = { instanceId: newId(), bootId: 'boot', nowMs: 1, untilMs: 2 };
  const at = systemClock.now();
  const reserve = { windowTokens: 8_000, answerTokens: 1_000 };
  await store.write.claimTurn({ lease, goneInstances: [], maxAttempts: 3, maxRunningOfAuthor: 16, reserve, at });
  expect(rung).toEqual([]);
  await store.write.putBuiltins({ agents: [], at: systemClock.now() });
  expect(rung).toEqual(['access', 'audit']);
  await store.close();
});

test('a commit rings what it touched, and the poll that finds the commits of others does not find it again', async () => {
  const path = join(folder, 'polled.db');
  const [store, other] = [
    await openSqliteStore({ path, clock: systemClock }),
    await openSqliteStore({ path, clock: systemClock }),
  ];
  const rung: (readonly string[])[] = [];
  store.onCommit((topics) => rung.push(topics));
  await store.write.putBuiltins({ agents: [], at: systemClock.now() });
  // Two polls and more: that nothing rings can only be seen by waiting.
  await delay(700);
  expect(rung).toEqual([['access', 'audit']]);
  await other.write.putSetting({ by: byServer, key: 'of another', value: true, at: systemClock.now() });
  await vi.waitUntil(() => rung.length > 1, 5_000);
  expect(rung[1]).toContain('journal');
  await store.close();
  await other.close();
});
