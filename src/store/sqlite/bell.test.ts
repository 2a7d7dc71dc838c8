import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import { allTopics, type Topic } from '../command.ts';
import { type Bell, openBell } from './bell.ts';
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
    if (topics.join() === 'access,audit') heard.first = performance.now();
  });
  second.onCommit((topics) => {
    if (topics.join() === 'access,audit') heard.second = performance.now();
  });
  // A process that came later is found at the next look.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  for (const [writer, listener] of [
    [first, 'second'],
    [second, 'first'],
  ] as const) {
    heard[listener] = 0;
    await writer.write.createUser({
      by: byServer,
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

/** A bell, and what it heard. */
function givenBell(name: string): { bell: Bell; heard: string[] } {
  const heard: string[] = [];
  const bell = openBell({
    folder: join(folder, name),
    instanceId: newId(),
    onRing: (topics) => heard.push(topics.join(' ')),
  });
  return { bell, heard };
}

const patient = { timeout: 20_000, interval: 5 };

/** Rings until the other hears it. */
const untilHeard = (bell: Bell, heard: readonly string[], topic: Topic) =>
  vi.waitFor(() => {
    bell.ring([topic]);
    expect(heard).toContain(topic);
  }, patient);

test('every topic that a commit may touch is heard', async () => {
  const [first, second] = [givenBell('topics'), givenBell('topics')];
  for (const topic of allTopics) await untilHeard(first.bell, second.heard, topic);
  first.bell.close();
  second.bell.close();
});

test('two bells reach each other from the moment the second is there, not from the next look', async () => {
  let bestMs = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 5 && bestMs > 500; tries++) {
    const first = givenBell(`pair-${tries}`);
    const second = givenBell(`pair-${tries}`);
    const openedMs = performance.now();
    await Promise.all([untilHeard(first.bell, second.heard, 'log'), untilHeard(second.bell, first.heard, 'journal')]);
    bestMs = Math.min(bestMs, performance.now() - openedMs);
    first.bell.close();
    second.bell.close();
  }
  expect(bestMs).toBeLessThan(500);
});

test('when a process goes, the others hear that work may be left, at once and a moment later', async () => {
  const [first, second] = [givenBell('left'), givenBell('left')];
  await untilHeard(second.bell, first.heard, 'log');
  first.heard.length = 0;
  second.bell.close();
  await vi.waitFor(() => expect(first.heard).toContain('turns jobs'), patient);
  const soon = first.heard.length;
  await vi.waitFor(() => expect(first.heard.length).toBeGreaterThan(soon), patient);
  first.bell.close();
});

test('the socket of a process that is long gone rings nothing, however often it is tried', async () => {
  const { bell, heard } = givenBell('stale');
  writeFileSync(join(folder, 'stale', `${newId()}.sock`), '');
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(heard).toEqual([]);
  bell.close();
});
