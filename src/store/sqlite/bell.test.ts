import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import { openSqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-bell-'));
afterAll(() => rmSync(folder, { recursive: true }));

const open = () =>
  openSqliteStore({
    path: join(folder, 'perdure.db'),
    clock: systemClock,
    instance: { folder: join(folder, 'instances'), instanceId: newId() },
  });

test('a commit of one process rings the other within a moment, both ways', async () => {
  const [first, second] = [await open(), await open()];
  const heard = { first: 0, second: 0 };
  first.onCommit((topics) => {
    if (topics.length === 1 && topics[0] === 'access') heard.first = performance.now();
  });
  second.onCommit((topics) => {
    if (topics.length === 1 && topics[0] === 'access') heard.second = performance.now();
  });
  // A process that came later is found at the next look.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  for (const [writer, listener] of [
    [first, 'second'],
    [second, 'first'],
  ] as const) {
    heard[listener] = 0;
    await writer.write.createUser({
      userId: newId(),
      username: listener,
      displayName: listener,
      role: 'member',
      passwordHash: 'none',
      at: systemClock.now(),
    });
    const committed = performance.now();
    while (heard[listener] === 0 && performance.now() < committed + 900)
      await new Promise((resolve) => setImmediate(resolve));
    expect(heard[listener]).toBeGreaterThan(0);
    expect(heard[listener] - committed).toBeLessThan(300);
  }
  await first.close();
  await second.close();
});
