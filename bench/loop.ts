/** How long the server's event loop is held at most while it does everything at once: turns that stream, uploads that are read and
 *  embedded, lists, searches. Usage: node bench/loop.ts [--seconds 20]
 *  The server runs in this process, so that its loop can be watched; clients and model are processes of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { newSecret } from '../src/ids.ts';
import { embedderReady, startBenchServer } from './support/bench-server.ts';
import { startFakeModel } from './support/fake-model.ts';
import { print, printLimited } from './support/lines.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } });
const bench = 'loop';
const resolutionMs = 1;
const dataDir = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
const password = newSecret();
const model = await startFakeModel({ tokens: 60, pieceDelayMs: 20 });
const delays = monitorEventLoopDelay({ resolution: resolutionMs });

const server = await startBenchServer({ dataDir, password, modelUrl: model.url, model: 'streaming' });
const { url } = server;
let longestGcMs = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) longestGcMs = Math.max(longestGcMs, entry.duration);
}).observe({ entryTypes: ['gc'] });

try {
  delays.enable();
  server.startWork();
  await started();
  const load = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('./support/mixed-load.child.ts', import.meta.url)),
      JSON.stringify({ url: url.href, password, seconds: Number(values.seconds) }),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const idle = spawn(process.execPath, [fileURLToPath(new URL('./support/idle-loop.child.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  idle.stdout.resume();
  const said: string[] = [];
  load.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.push(text);
    if (!text.includes('begin')) return;
    print({
      bench,
      what: 'longest hold before, while agent runtime and model load, once',
      value: longest(),
      unit: 'ms',
    });
    delays.reset();
    idle.stdin.write('reset');
    longestGcMs = 0;
  });
  const [code] = (await once(load, 'close')) as [number | null];
  const held = longest();
  idle.stdout.removeAllListeners('data');
  idle.stdin.write('report');
  const [reported] = (await once(idle.stdout, 'data')) as [Buffer];
  idle.kill();
  const p99 = delays.percentile(99) / 1e6 - resolutionMs;
  const what = `longest hold of the event loop in ${values.seconds} s of mixed load`;
  printLimited({ bench, what, value: held, unit: 'ms', limit: 50 });
  print({ bench, what: 'the same in a process that does nothing', value: Number(String(reported)), unit: 'ms' });
  print({ bench, what: 'p99 of the loop delay', value: p99, unit: 'ms' });
  print({ bench, what: 'longest garbage collection', value: longestGcMs, unit: 'ms' });
  console.log(
    JSON.stringify({ bench, what: 'the load', ...(JSON.parse(said.join('').split('\n').at(-2) ?? '{}') as object) }),
  );
  if (code !== 0) process.exitCode = 1;
} finally {
  model.close();
  await server.drain();
  rmSync(dataDir, { recursive: true, force: true });
}

function longest(): number {
  return Math.max(0, delays.max / 1e6 - resolutionMs);
}

/** The embedder's model is made, and the agent runtime loaded, which a server does once. */
async function started(): Promise<void> {
  await pause(4_000);
  await embedderReady(url);
}
