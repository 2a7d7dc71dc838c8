/** What long lists cost in a browser: Chromium at a quarter of this machine's speed, over a real server process.
 *  Usage: node bench/rows.ts [--sessions 10000] [--people 1000]
 *  A member's own sessions, scrolled through to the last by the wheel; the administrator's table of people, a page of a hundred after the other, and scrolled
 *  through. Times are of a processor at a quarter of its speed, those of tasks by the clock. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildWebApp } from '../scripts/build-web.ts';
import { systemClock } from '../src/clock.ts';
import { newSecret } from '../src/ids.ts';
import { launchChromium } from '../test/browser/chromium.ts';
import { BenchWindow, longestTask } from './support/bench-window.ts';
import { signIn } from './support/client.ts';
import { startFakeModel } from './support/fake-model.ts';
import { fillSqlite } from './support/fill-store.ts';
import { startInstantServer } from './support/instant-server.ts';
import { print, printLimited } from './support/lines.ts';
import { idOf, makeSessions } from './support/many-sessions.ts';

const { values } = parseArgs({
  options: { sessions: { type: 'string', default: '10000' }, people: { type: 'string', default: '1000' } },
});
const bench = 'rows';
const slowdown = 4;
const sessions = Number(values.sessions);
const people = Number(values.people);

buildWebApp();
const dataDir = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
const model = await startFakeModel({ text: 'Yes.' });
const password = newSecret();
const start = () => startInstantServer({ dataDir, password, modelUrl: model.url });
let server = await start();
const browser = await launchChromium();
try {
  const admin = await signIn(server.url, 'admin', password);
  const { id } = (await admin.post('/api/admin/users', { username: 'busy-person', password })) as { id: string };
  await server.kill();
  const filler = fillSqlite(join(dataDir, 'perdure.db'));
  await filler.sessions(makeSessions({ sessions, userIds: [id], ofFirst: sessions, firstRev: 1 }));
  const at = systemClock.now();
  // The administrator and the member are two of them.
  await filler.users(
    Array.from({ length: people - 2 }, (_each, n) => ({ id: idOf('user', n), username: `person-${n}`, at })),
  );
  await filler.settle();
  await filler.close();
  server = await start();
  if (sessions > 0) await measureList();
  if (people > 2) await measureTable();
} finally {
  await browser.close();
  await server.kill();
  model.close();
  rmSync(dataDir, { recursive: true, force: true });
}

async function measureList(): Promise<void> {
  const { token = '' } = await signIn(server.url, 'busy-person', password);
  await using window = await BenchWindow.open(browser, { url: server.url, token });
  await window.visit('/');
  await window.throttle(slowdown);
  const { tasks, rows, mostRows, mostElements, seconds, busySeconds, blankShots, shots } = await window.scrollList();
  const peer = `${shots} turns of the wheel, ${seconds.toFixed(0)} s`;
  print({ bench, what: 'sessions scrolled through', value: rows, unit: 'rows', peer });
  printLimited({ bench, what: 'rows in the page, at most', value: mostRows, unit: 'rows', limit: 200 });
  print({ bench, what: 'elements in the page, at most', value: mostElements, unit: 'elements' });
  print({ bench, what: 'looks at a list that was not filled', value: blankShots, unit: 'looks' });
  print({ bench, what: 'main thread busy, by turn of the wheel', value: (busySeconds * 1000) / shots, unit: 'ms' });
  print({ bench, what: 'tasks over 50 ms while scrolling', value: tasks.length, unit: 'tasks' });
  printLimited({ bench, what: 'longest task while scrolling', value: longestTask(tasks), unit: 'ms', limit: 50 });
}

async function measureTable(): Promise<void> {
  const { token = '' } = await signIn(server.url, 'admin', password);
  await using window = await BenchWindow.open(browser, { url: server.url, token });
  await window.visit('/');
  await window.throttle(slowdown);
  const { first, last, elements, scrolled } = await window.growTable(people);
  for (const [what, { busyMs, longestMs }] of [
    ['the first 100 people shown', first],
    [`the last 100 of ${people} shown`, last],
  ] as const) {
    print({ bench, what: `${what}, main thread busy`, value: busyMs, unit: 'ms' });
    print({ bench, what: `${what}, longest task`, value: longestMs, unit: 'ms' });
  }
  print({ bench, what: 'elements in the page with all of them', value: elements, unit: 'elements' });
  const { turns, busyMs, longestMs } = scrolled;
  print({ bench, what: 'scrolled through, main thread busy, by turn of the wheel', value: busyMs / turns, unit: 'ms' });
  print({ bench, what: 'scrolled through, longest task', value: longestMs, unit: 'ms' });
}
