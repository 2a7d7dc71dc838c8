/** What the page of use costs with many sessions, read from its days alone (the peer) and with months that are summed up, beside counting over the turns
 *  at every look; and what counting them once and summing months up costs.
 *  Usage: node bench/usage.ts [--sessions 1000000] [--people 10000] [--store sqlite,postgres] [--times 20]
 *  Rows are put straight into the tables of the store, over one year, and counted by the statements of the migration. PostgreSQL is a private one
 *  in a temporary folder with its own defaults. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readUsage } from '../src/admin/usage/read-usage.ts';
import { sumUpMonths } from '../src/admin/usage/sum-up-months.ts';
import { systemClock } from '../src/clock.ts';
import { dayPlus, type UsageQuery } from '../src/contract/usage.ts';
import { newId } from '../src/ids.ts';
import { openPrivatePostgres } from '../src/store/conformance/private-postgres.ts';
import { openPostgresStore } from '../src/store/postgres/postgres-store.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../src/store/store.ts';
import { days, fillTurns, firstDay, type UsageFiller, usageInPostgres, usageInSqlite } from './support/fill-usage.ts';
import { median, print, printLimited, quantile, round } from './support/lines.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1000000' },
    people: { type: 'string', default: '10000' },
    store: { type: 'string', default: 'sqlite,postgres' },
    times: { type: 'string', default: '20' },
  },
});
const bench = 'usage';
const limitMs = 1_000;
const lastDay = dayPlus(firstDay, days - 1);
const questions: Record<string, UsageQuery> = {
  '30 days by day': { from: dayPlus(lastDay, -29), to: lastDay },
  '30 days by group': { from: dayPlus(lastDay, -29), to: lastDay, by: 'group' },
  'a year by day': { from: firstDay, to: lastDay },
  'a year by agent': { from: firstDay, to: lastDay, by: 'agent' },
  'a year by group': { from: firstDay, to: lastDay, by: 'group' },
  'a year by corpus': { from: firstDay, to: lastDay, by: 'corpus' },
  'a year of one group': { from: firstDay, to: lastDay, group_id: 'group-7' },
  // Both ends in the middle of a month: the least of it that months can give.
  'from 16 January to 16 December by group': { from: dayPlus(firstDay, 15), to: dayPlus(firstDay, 349), by: 'group' },
  'from 16 January to 16 December by corpus': { from: dayPlus(firstDay, 15), to: dayPlus(firstDay, 349), by: 'corpus' },
};
/** The least of what the page shows of a year by agent, counted over the turns. */
const live = `select t.agent_id, count(*) as turns, count(distinct t.author_user_id) as people, sum(a.input_tokens + a.output_tokens) as tokens
  from turns t join turn_attempts a on a.turn_id = t.turn_id group by t.agent_id`;

for (const kind of values.store.split(',')) {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
  const postgres = kind === 'postgres' ? await openPrivatePostgres() : undefined;
  try {
    const url = await postgres?.newDatabase();
    const path = join(folder, 'perdure.db');
    const open = async (): Promise<Store> =>
      url === undefined
        ? await openSqliteStore({ path, clock: systemClock })
        : (await openPostgresStore({ url, clock: systemClock, instanceId: newId() })).store;
    await (await open()).close();
    const filler = url === undefined ? usageInSqlite(path) : await usageInPostgres(url);
    await fillTurns(filler, { sessions: Number(values.sessions), people: Number(values.people) });
    print({
      bench,
      what: `${kind}: counting ${values.sessions} turns once`,
      value: await secondsOf(filler),
      unit: 's',
    });
    let turn = 0;
    const endMs = median(await timesOf(50, () => filler.countOne(`t${(turn += 997)}`)));
    print({ bench, what: `${kind}: counting one turn more`, value: endMs, unit: 'ms' });
    const liveMs = median(await timesOf(3, () => filler.run(live)));
    await filler.close();
    const store = await open();
    const ofDays = await timesOfAll(store);
    await sumUp(store, kind);
    for (const [what, times] of Object.entries(await timesOfAll(store))) {
      const line = { bench, unit: 'ms', peer: 'its days alone' } as const;
      for (const share of [0.5, 0.95]) {
        printLimited({
          ...line,
          what: `${kind}: ${what}, p${share * 100}`,
          value: quantile(times, share),
          limit: limitMs,
          peer_value: round(quantile(ofDays[what] ?? [], share)),
        });
      }
    }
    print({
      bench,
      what: `${kind}: turns, tokens and people of a year by agent, counted over the turns`,
      value: liveMs,
      unit: 'ms',
    });
    await store.close();
  } finally {
    await postgres?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function secondsOf(filler: UsageFiller): Promise<number> {
  const startedMs = performance.now();
  await filler.countAll();
  return (performance.now() - startedMs) / 1_000;
}

async function timesOfAll(store: Store): Promise<Record<string, number[]>> {
  const found: Record<string, number[]> = {};
  for (const [what, query] of Object.entries(questions)) {
    found[what] = await timesOf(Number(values.times), () => readUsage({ store, clock: systemClock }, query));
  }
  return found;
}

/** As the server does, with a look at how long each write takes. */
async function sumUp(store: Store, kind: string): Promise<void> {
  const heldMs: number[] = [];
  const timed = <Args, Result>(write: (args: Args) => Promise<Result>) => {
    return async (args: Args) => {
      const startedMs = performance.now();
      const result = await write(args);
      heldMs.push(performance.now() - startedMs);
      return result;
    };
  };
  const { numberPeople, storeUsageMonth } = store.write;
  const write = { ...store.write, numberPeople: timed(numberPeople), storeUsageMonth: timed(storeUsageMonth) };
  const startedMs = performance.now();
  const ports = { store: { ...store, write }, clock: systemClock };
  await sumUpMonths(ports, new AbortController().signal);
  const seconds = (performance.now() - startedMs) / 1_000;
  print({ bench, what: `${kind}: summing up twelve months`, value: seconds, unit: 's' });
  print({
    bench,
    what: `${kind}: the longest write of it, of ${heldMs.length}`,
    value: Math.max(...heldMs),
    unit: 'ms',
  });
}

async function timesOf(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < times; i++) {
    const startedMs = performance.now();
    await work();
    found.push(performance.now() - startedMs);
  }
  return found;
}
