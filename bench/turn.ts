/** What a person waits for: a real server process, an instant model in another, one client.
 *  Usage: node bench/turn.ts [--turns 60] [--long 5000] [--idle-seconds 30]
 *  From POST to the first streamed text in sessions of about 50 and of 5,000 events, taking turns; from process start to `/readyz`
 *  once the embedder's file exists; resident memory when idle. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { newSecret } from '../src/ids.ts';
import { embedderReady } from './support/bench-server.ts';
import { type BenchClient, signIn } from './support/client.ts';
import { startFakeModel } from './support/fake-model.ts';
import { type InstantServer, startInstantServer } from './support/instant-server.ts';
import { median, print, printLimited, quantile, round } from './support/lines.ts';
import { openTalk } from './support/talk.ts';

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '60' },
    long: { type: 'string', default: '5000' },
    'idle-seconds': { type: 'string', default: '30' },
  },
});
const bench = 'turn';
const dataDir = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
const password = newSecret();
const model = await startFakeModel({ text: 'An answer of a few words, at once.' });
const start = () => startInstantServer({ dataDir, password, modelUrl: model.url });
let server: InstantServer | undefined;

try {
  server = await start();
  await embedderReady(server.url);
  await server.kill();

  server = await start();
  printLimited({ bench, what: 'process start to /readyz 200', value: server.readyMs, unit: 'ms', limit: 2_000 });
  await embedderReady(server.url);
  await pause(Number(values['idle-seconds']) * 1000);
  const what = `resident memory after ${values['idle-seconds']} s idle after a start, embedder loaded`;
  printLimited({ bench, what, value: server.residentMb(), unit: 'MB', limit: 350 });

  await measureTurns(await signIn(server.url, 'admin', password));
  print({ bench, what: 'resident memory after the turns', value: server.residentMb(), unit: 'MB' });
} finally {
  await server?.kill();
  model.close();
  rmSync(dataDir, { recursive: true, force: true });
}

async function measureTurns(client: BenchClient): Promise<void> {
  const short = await openTalk(client, 50);
  const long = await openTalk(client, Number(values.long));
  const spentMs = { short: [] as number[], long: [] as number[] };
  for (let i = 0; i < Number(values.turns); i++) {
    spentMs.short.push(await short.turn());
    spentMs.long.push(await long.turn());
  }
  const p50 = median(spentMs.short);
  print({ bench, what: 'POST to first streamed text, p50', value: p50, unit: 'ms' });
  const p95 = quantile(spentMs.short, 0.95);
  printLimited({ bench, what: 'POST to first streamed text, p95', value: p95, unit: 'ms', limit: 30 });
  printLimited({
    bench,
    what: `POST to first streamed text in a session of ${values.long} events, p50`,
    value: median(spentMs.long),
    unit: 'ms',
    limit: round(p50 * 1.25),
    peer: 'a session of 50 events',
  });
  const longP95 = quantile(spentMs.long, 0.95);
  print({
    bench,
    what: `the same, p95`,
    value: longP95,
    unit: 'ms',
    peer: 'a session of 50 events',
    ratio: round(longP95 / p95),
  });
  short.close();
  long.close();
}
