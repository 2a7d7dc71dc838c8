import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../clock.ts';
import { agentId, answer, GivenLog } from '../../store/conformance/given-log.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { Store } from '../../store/store.ts';
import { readUsage } from './read-usage.ts';
import { sumUpMonths } from './sum-up-months.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-months-'));
const clock: Clock = { ...systemClock, now: () => '2031-03-02T00:00:00.000Z' };
let store: Store;

beforeAll(async () => {
  store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await store.write.putBuiltins({ agents: [agent], at: clock.now() });
  const given = new GivenLog(store);
  for (const month of ['2031-01', '2031-02', '2031-03']) {
    const owner = await given.owned();
    await given.accept(owner, { at: `${month}-01T12:00:00.000Z` });
    const turn = await given.claim();
    if (!turn) throw new Error('there was no turn to claim');
    await given.append(turn, { events: [answer('A')], nextStep: 1, end: { state: 'done' } });
  }
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The store, and which months are written to it. */
function watched() {
  const written: string[] = [];
  const storeUsageMonth: Store['write']['storeUsageMonth'] = async (args) => {
    written.push(`${args.month} ${args.kind}`);
    return await store.write.storeUsageMonth(args);
  };
  return { written, ports: { store: { ...store, write: { ...store.write, storeUsageMonth } }, clock } };
}

test('who is told to stop sums up nothing more', async () => {
  const { written, ports } = watched();
  await sumUpMonths(ports, AbortSignal.abort());
  expect(written).toEqual([]);
});

test('months that are over are summed up once, and what the page shows of them stays the same', async () => {
  const range = { from: '2031-01-01', to: '2031-03-31', by: 'agent' } as const;
  const before = await readUsage({ store, clock }, range);
  expect(before.total).toMatchObject({ turns: 3, people: 3 });
  const { written, ports } = watched();
  await sumUpMonths(ports, new AbortController().signal);
  const kinds = ['all', 'agent', 'group', 'corpus'];
  expect(written).toEqual(['2031-02', '2031-01'].flatMap((month) => kinds.map((kind) => `${month} ${kind}`)));
  await sumUpMonths(ports, new AbortController().signal);
  expect(written).toHaveLength(8);
  expect(await readUsage({ store, clock }, range)).toEqual(before);
});
