/** Many streams at once: how soon each piece of text reaches its reader, and what a stream costs.
 *  Usage: node bench/streams.ts [--streams 500] [--http-streams 200] [--per-second 20] [--seconds 20] [--profile DIR]
 *  The server is a process of its own; its model is in that process, then behind HTTP in another. The readers are this process. Pieces
 *  carry the moment they were made, commits are noted in the thread that makes them, arrivals at the socket. 0 streams leave a part out;
 *  with a folder for profiles, each thread of the server leaves one there. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { newId } from '../src/ids.ts';
import { type BenchClient, signIn } from './support/client.ts';
import { startFakeModel } from './support/fake-model.ts';
import { print, printLimited, quantile } from './support/lines.ts';
import { readUsage } from './support/process-usage.ts';
import { createStampReaders, type StampReaders } from './support/stamp-readers.ts';
import { monotonicNs, readStamps } from './support/stamps.ts';
import { startStreamsServer } from './support/streams-server.ts';

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '500' },
    'http-streams': { type: 'string', default: '200' },
    'per-second': { type: 'string', default: '20' },
    seconds: { type: 'string', default: '20' },
    profile: { type: 'string' },
  },
});
const bench = 'streams';
const everyMs = 1000 / Number(values['per-second']);
const seconds = Number(values.seconds);
const maxCommitsPerSecond = 40;

await measure('in the process', Number(values.streams));
const model = await startFakeModel({ stamped: true, pieceDelayMs: everyMs });
try {
  await measure('over HTTP', Number(values['http-streams']), model.url);
} finally {
  model.close();
}

async function measure(model: string, streams: number, modelUrl?: string): Promise<void> {
  if (streams === 0) return;
  const dataDir = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
  try {
    const server = await startStreamsServer({ dataDir, streams, everyMs, modelUrl, profileDir: values.profile });
    try {
      const client = await signIn(server.url, 'admin', server.password);
      const openReaders = () => createStampReaders(server.url, { authorization: `Bearer ${client.token}` });
      await warmUp(client, openReaders());
      const readers = openReaders();
      const run = await stream(client, readers, streams, server.pid);
      readers.close();
      const commits = readCommits(server.commitsPath);
      report(`${streams} streams, model ${model}`, { streams, ...run, commits, readers });
    } finally {
      await server.end();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

type Run = {
  idleKib: number;
  mostKib: number;
  cpuShare: number;
  fromNs: number;
  toNs: number;
};

/** Lets all streams run for the seconds told. */
async function stream(client: BenchClient, readers: StampReaders, streams: number, pid: number): Promise<Run> {
  const sessionIds: string[] = [];
  for (let i = 0; i < streams; i++) sessionIds.push(await openSession(client));
  await pause(3_000);
  const idleKib = readUsage(pid).residentKib;
  for (const id of sessionIds) await readers.open(eventsOf(id));
  for (const id of sessionIds) await ask(client, id);
  while (readers.begun < streams) await pause(100);
  await pause(2_000);

  const fromNs = monotonicNs();
  const before = readUsage(pid);
  let mostKib = before.residentKib;
  for (let second = 0; second < seconds; second++) {
    await pause(1_000);
    mostKib = Math.max(mostKib, readUsage(pid).residentKib);
  }
  const toNs = monotonicNs();
  const cpuShare = (readUsage(pid).cpuSeconds - before.cpuSeconds) / ((toNs - fromNs) / 1e9);
  // What was made until then is still under way.
  await pause(1_000);
  return { idleKib, mostKib, cpuShare, fromNs, toNs };
}

/** Loads the agent runtime, which the first turn does once. */
async function warmUp(client: BenchClient, readers: StampReaders): Promise<void> {
  const sessionId = await openSession(client);
  await readers.open(eventsOf(sessionId));
  const turnId = await ask(client, sessionId);
  while (readers.begun === 0) await pause(50);
  await pause(2_000);
  await client.post(`/api/sessions/${sessionId}/turns/${turnId}/stop`);
  readers.close();
}

async function openSession(client: BenchClient): Promise<string> {
  return ((await client.post('/api/sessions')) as { session_id: string }).session_id;
}

async function ask(client: BenchClient, sessionId: string): Promise<string> {
  const body = { client_turn_id: newId(), text: 'Speak without end.' };
  return ((await client.post(`/api/sessions/${sessionId}/turns`, body)) as { turn_id: string }).turn_id;
}

function eventsOf(sessionId: string): string {
  return `/api/sessions/${sessionId}/events?after=0`;
}

type Commit = { atNs: number; stamps: number[] };

function readCommits(path: string): Commit[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => ({ atNs: Number(line.slice(0, line.indexOf(' '))), stamps: readStamps(line).stamps }));
}

function report(
  load: string,
  { streams, commits, readers, ...run }: Run & { streams: number; commits: Commit[]; readers: StampReaders },
): void {
  const within = (ns: number) => ns >= run.fromNs && ns < run.toNs;
  const arrived = readers.arrived.filter(({ stamp }) => within(stamp));
  const committed = new Map(commits.flatMap(({ atNs, stamps }) => stamps.map((stamp) => [stamp, atNs])));
  const read = new Set(arrived.map(({ stamp }) => stamp));
  const unread = [...committed.keys()].filter((stamp) => within(stamp) && !read.has(stamp));
  const moments = commits.map(({ atNs }) => atNs).filter(within);
  const tookSeconds = (run.toNs - run.fromNs) / 1e9;
  const say = (what: string, value: number, unit: string, limit?: number) => {
    const line = { bench, what: `${load}: ${what}`, value, unit };
    if (limit === undefined) print(line);
    else printLimited({ ...line, limit });
  };
  const spent = (what: string, spentNs: number[], limitMs: number) => {
    say(`${what}, p50`, quantile(spentNs, 0.5) / 1e6, 'ms');
    say(`${what}, p95`, quantile(spentNs, 0.95) / 1e6, 'ms', limitMs);
    say(`${what}, p99`, quantile(spentNs, 0.99) / 1e6, 'ms');
  };

  say('pieces asked for', (streams * 1000) / everyMs, '1/s');
  say('pieces that arrived', arrived.length / tookSeconds, '1/s');
  say('pieces committed that did not', unread.length, '', 0);
  say('pieces doubled or out of order', readers.disordered, '', 0);
  say('turns that ended early', readers.ended, '', 0);
  spent(
    'from commit to socket',
    arrived.map(({ stamp, atNs }) => atNs - (committed.get(stamp) ?? Number.NaN)),
    30,
  );
  spent(
    'from the model’s piece to socket',
    arrived.map(({ stamp, atNs }) => atNs - stamp),
    60,
  );
  say('journal commits', moments.length / tookSeconds, '1/s', maxCommitsPerSecond);
  say('journal commits in the busiest second', busiestSecond(moments), '', maxCommitsPerSecond);
  say('resident memory idle, agent runtime loaded', run.idleKib / 1024, 'MiB');
  say('resident memory at most', run.mostKib / 1024, 'MiB');
  say('memory a stream over idle', (run.mostKib - run.idleKib) / streams, 'KiB', 64);
  say('processor of the server', run.cpuShare * 100, '% of a core');
}

/** The most moments within any one second; they are given in order. */
function busiestSecond(moments: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [index, moment] of moments.entries()) {
    while (moment - (moments[first] ?? moment) >= 1e9) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
