import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { Store } from '../../store/store.ts';
import { readAnchors } from './anchor-files.ts';
import { createAnchors } from './anchors.ts';
import { createAuditSealer } from './seal-audit.ts';

let folder: string;
let stores: Store[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-anchors-'));
  stores = [];
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  rmSync(folder, { recursive: true });
});

const file = () => join(folder, 'audit-anchors.jsonl');
const logged = vi.fn<(event: string, facts?: Record<string, unknown>) => void>();
const log = { debug: logged, info: logged, warn: logged, error: logged };

/** A process on the store of the folder, with its own clock for the minute between anchors. */
async function given() {
  const store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
  stores.push(store);
  let ms = 0;
  const clock = { ...systemClock, monotonicMs: () => ms };
  const anchors = createAnchors({ store, clock, log, folder });
  const onSealed = vi.fn(anchors.ring);
  const sealer = createAuditSealer({ store, log, onSealed });
  const record = (count = 1) =>
    Promise.all(
      Array.from({ length: count }, () =>
        store.write.createGroup({ groupId: newId(), name: newId(), at: systemClock.now(), by: byServer }),
      ),
    );
  const sealed = (count: number) =>
    vi.waitUntil(async () => (await store.read.auditChain({})).count === count, { timeout: 20_000 });
  return { store, anchors, sealer, onSealed, record, sealed, pass: (by: number) => (ms += by) };
}

const counts = async () => (await readAnchors(folder)).map(({ anchor }) => anchor?.count);

test('what was recorded before the start and since is sealed, and the end of the chain is anchored', async () => {
  const { store, anchors, sealer, record, sealed } = await given();
  await record(250);
  sealer.start();
  await sealed(250);
  await vi.waitUntil(async () => (await counts()).length > 0, { timeout: 20_000 });
  await record(3);
  await sealed(253);
  await sealer.close();
  await anchors.close();
  const { count, hash } = await store.read.auditChain({});
  const last = (await readAnchors(folder)).at(-1)?.anchor;
  expect(last).toMatchObject({ count, head: hash });
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(logged).toHaveBeenCalledWith('audit_anchor', last);
});

test('between two anchors of a process lies a minute, and nothing new is anchored once', async () => {
  const { anchors, sealer, record, pass } = await given();
  await record();
  await sealer.close();
  anchors.ring();
  await vi.waitUntil(async () => (await counts()).length === 1, { timeout: 20_000 });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    await record();
    await sealer.close();
    pass(1_000);
    anchors.ring();
    await vi.advanceTimersByTimeAsync(58_000);
    expect(await counts()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(2_000);
  } finally {
    vi.useRealTimers();
  }
  await vi.waitUntil(async () => (await counts()).length === 2, { timeout: 20_000 });
  await anchors.close();
  expect(await counts()).toEqual([1, 2]);
});

test('two processes at once seal every record once, and anchor what they sealed', async () => {
  const [one, two] = [await given(), await given()];
  one.sealer.start();
  two.sealer.start();
  await Promise.all([one.record(150), two.record(150)]);
  await one.sealed(300);
  for (const each of [one, two]) await each.sealer.close();
  await one.anchors.close();
  await two.anchors.close();
  expect((await counts()).at(-1)).toBe(300);
  expect(await counts()).toEqual((await counts()).toSorted((a, b) => Number(a) - Number(b)));
});

test('an anchor goes behind a line that was cut off, and a full file is put aside with all it has', async () => {
  const { anchors, sealer, record } = await given();
  await record();
  await sealer.close();
  const line = `${JSON.stringify({ count: 1, head: 'a'.repeat(64), at: systemClock.now() })}\n`;
  writeFileSync(file(), line.repeat(8_000));
  appendFileSync(file(), '{"count":2,"he');
  await anchors.close();
  const kept = readdirSync(folder).filter((name) => name.startsWith('audit-anchors.'));
  expect(kept).toHaveLength(1);
  expect(readFileSync(join(folder, kept[0] ?? ''), 'utf8')).toContain('{"count":2,"he\n{"count":1,');
  expect(await readAnchors(folder)).toHaveLength(8_002);
});

test('a chain shorter than its anchor is told as an error of the log', async () => {
  const { anchors, sealer, record } = await given();
  await record();
  await sealer.close();
  writeFileSync(file(), `${JSON.stringify({ count: 9, head: 'a'.repeat(64), at: systemClock.now() })}\n`);
  await anchors.close();
  expect(logged).toHaveBeenCalledWith('audit_chain_cut', { anchored: 9, count: 1 });
});

test('a process at rest asks for nothing, and a bell about something else wakes no sealer', async () => {
  const { store, sealer, onSealed, record, sealed } = await given();
  await record();
  sealer.start();
  await sealed(1);
  const asked = vi.spyOn(store.read, 'auditChain');
  let before = -1;
  const isAtRest = () => before === (before = asked.mock.calls.length);
  await vi.waitUntil(isAtRest, { interval: 300, timeout: 20_000 });
  asked.mockClear();
  await store.write.checkWritable({ at: systemClock.now() });
  await sealer.close();
  expect(asked.mock.calls.length, 'the look of the close alone').toBe(1);
  expect(onSealed).toHaveBeenCalledTimes(1);
});
