/** What a person's browser takes: Chromium over a real server process, with an instant model in another.
 *  Usage: node bench/web.ts [--events 5000] [--rounds 5]
 *  Bytes of script of a first page; until the start page can be used by a slow machine over a slow line; until a session of so many events shows
 *  its newest answer; the longest task while all of it is scrolled through, on a slow machine. A slow machine is this one at a quarter of its speed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildWebApp } from '../scripts/build-web.ts';
import { newSecret } from '../src/ids.ts';
import { launchChromium } from '../test/browser/chromium.ts';
import { BenchWindow, longestTask } from './support/bench-window.ts';
import { signIn } from './support/client.ts';
import { startFakeModel } from './support/fake-model.ts';
import { startInstantServer } from './support/instant-server.ts';
import { median, print, printLimited } from './support/lines.ts';
import { openTalk } from './support/talk.ts';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '5000' }, rounds: { type: 'string', default: '5' } },
});
const bench = 'web';
const slowdown = 4;
/** Ten megabits a second and 40 ms there and back. */
const slowLine = { latency: 40, downloadThroughput: 1_250_000, uploadThroughput: 1_250_000 };

/** Another language than English is one more script, and Arabic the largest of them. */
const readers = [
  { language: 'English', locale: 'en-US' },
  { language: 'German', locale: 'de-DE' },
  { language: 'Arabic', locale: 'ar' },
];

const answer = `The pump is tested **every Monday** before six, and costs $5 an hour.

| Day | Pressure | What is done |
|---|---:|---|
| Monday | 4.5 bar | The valve is opened |
| Tuesday | 4.7 bar | Nothing |

\`\`\`python
def work(p0, v0, v2, gamma=1.4):
    return p0 * v0 / (gamma - 1) * (1 - (v0 / v2) ** (gamma - 1))
\`\`\`

1. Read the pointer.
2. Write it down, with $p_0$ and the time.

That is all, and it takes a quarter of an hour on most days.`;

buildWebApp();
const dataDir = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
const model = await startFakeModel({ text: answer });
const password = newSecret();
const server = await startInstantServer({ dataDir, password, modelUrl: model.url });
const browser = await launchChromium();
try {
  const client = await signIn(server.url, 'admin', password);
  const token = client.token ?? '';
  const talk = await openTalk(client, Number(values.events));
  talk.close();
  const { sessions } = (await client.get('/api/sessions')) as { sessions: { session_id: string }[] };
  const sessionId = sessions[0]?.session_id ?? '';
  const rounds = Array.from({ length: Number(values.rounds) }, (_, index) => index);
  const open = () => BenchWindow.open(browser, { url: server.url, token });

  for (const [what, path, who, limit] of [
    ['sign-in', '/sign-in', {}, 250],
    ...readers.map(({ language, locale }) => [`start page in ${language}`, '/', { token, locale }, 250] as const),
    // With what draws its formulae and colours its code.
    ['session opened by its address', `/sessions/${sessionId}`, { token }, undefined],
  ] as const) {
    await using window = await BenchWindow.open(browser, { url: server.url, ...who, serviceWorkers: 'block' });
    await window.visit(path);
    const sent = {
      bench,
      what: `scripts of the ${what}, as sent`,
      value: (await window.scriptBytes()) / 1000,
      unit: 'kB',
    };
    if (limit === undefined) print(sent);
    else printLimited({ ...sent, limit });
  }

  // In turns: what else the machine does meets all of them.
  const interactive = readers.map((reader) => ({ ...reader, tookMs: [] as number[] }));
  for (const _ of rounds) {
    for (const { locale, tookMs } of interactive) {
      await using window = await BenchWindow.open(browser, { url: server.url, token, locale });
      await window.throttle(slowdown, slowLine);
      await window.visit('/');
      tookMs.push(await window.untilInteractive());
    }
  }
  for (const { language, tookMs } of interactive) {
    printLimited({
      bench,
      what: `start page in ${language} can be used, nothing kept, 10 Mbit/s, 40 ms, a quarter of the speed, p50`,
      value: median(tookMs),
      unit: 'ms',
      limit: 1_500,
    });
  }

  for (const speed of [1, slowdown]) {
    const opened: number[] = [];
    for (const _ of rounds) {
      await using window = await open();
      await window.visit('/');
      await window.throttle(speed);
      opened.push(await window.openSession(sessionId));
    }
    const what = `a session of ${values.events} events is opened from the list, p50`;
    if (speed === 1) printLimited({ bench, what, value: median(opened), unit: 'ms', limit: 500 });
    else print({ bench, what: `${what}, a quarter of the speed`, value: median(opened), unit: 'ms' });
  }

  await using window = await open();
  await window.visit('/');
  await window.openSession(sessionId);
  await window.throttle(slowdown);
  const { tasks, turns, shots } = await window.scrollThrough();
  print({ bench, what: 'turns scrolled through', value: turns, unit: 'turns', peer: `${shots} turns of the wheel` });
  print({
    bench,
    what: 'tasks over 50 ms while scrolling, a quarter of the speed',
    value: tasks.length,
    unit: 'tasks',
  });
  printLimited({
    bench,
    what: 'longest task while scrolling, a quarter of the speed',
    value: longestTask(tasks),
    unit: 'ms',
    limit: 50,
  });
} finally {
  await browser.close();
  await server.kill();
  model.close();
  rmSync(dataDir, { recursive: true, force: true });
}
