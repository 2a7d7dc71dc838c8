import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import { openSqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-quiet-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a command that changed nothing rings no bell', async () => {
  const store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
  const rung: string[] = [];
  store.onCommit((topics) => rung.push(...topics));
  const lease = { instanceId: newId(), bootId: 'boot', nowMs: 1, untilMs: 2 };
  await store.write.claimTurn({ lease, goneInstances: [], maxAttempts: 3, at: systemClock.now() });
  expect(rung).toEqual([]);
  await store.write.putBuiltins({ agents: [], at: systemClock.now() });
  expect(rung).toEqual(['access']);
  await store.close();
});
