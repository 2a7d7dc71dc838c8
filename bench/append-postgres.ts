/** What a durable append costs on PostgreSQL: one event of a running turn, acknowledged after the commit is on the server's disk.
 *  Usage: node bench/append-postgres.ts [--seconds 1.5] [--rounds 3]
 *  Ours with 1 and 32 writers of one instance; 32 writers over three instances; the same path with one transaction an event; ADK's
 *  `DatabaseSessionService` on the same server; and bare `pg` that commits one row, which nothing durable there can be much quicker than.
 *  All take turns in one run; medians of the rounds. The server is a private one in a temporary folder, reached by a socket, with its own
 *  defaults: a commit is on the disk. */
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { systemClock } from '../src/clock.ts';
import { newId } from '../src/ids.ts';
import type { ClaimedTurn } from '../src/store/commands/claim-turn.ts';
import type { AppendTurnArgs } from '../src/store/commands/append-to-turns.ts';
import { agentId, answer, GivenLog } from '../src/store/conformance/given-log.ts';
import { openPrivatePostgres } from '../src/store/conformance/private-postgres.ts';
import { openPostgresStore, type PostgresStoreOptions } from '../src/store/postgres/postgres-store.ts';
import type { Store } from '../src/store/store.ts';
import { openAdkAppender } from './support/adk-appender.ts';
import { median, print, round } from './support/lines.ts';
import { sampleWriters, type WriterSample } from './support/sample-writers.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '1.5' }, rounds: { type: 'string', default: '3' } },
});
const windowMs = Number(values.seconds) * 1000;
const rounds = Number(values.rounds);
const bench = 'append-postgres';
const sessions = 64;
const maxRoundTrips = 8;
const text = 'x'.repeat(500);

const closing: (() => Promise<unknown>)[] = [];
const server = await openPrivatePostgres({ syncs: true });
try {
  await compare();
} finally {
  for (const close of closing.toReversed()) await close();
  await server.close();
}
// The peer's driver keeps the process alive.
process.exit();

async function compare(): Promise<void> {
  const url = await server.newDatabase();
  const one = await openInstance(url);
  const others = [await openInstance(url), await openInstance(url)];
  const turns = await runningTurns(one);
  const single = await openInstance(await server.newDatabase(), { batchCommands: 1 });
  const singleTurns = await runningTurns(single);
  const adk = await openAdkAppender(adkDatabase(await server.newDatabase()), '@mikro-orm/postgresql', sessions, text);
  const bare = await openBare(await server.newDatabase());
  const three = [one, ...others];
  const ours = (i: number) => append(one, turns[i % sessions]);
  const contenders: Record<string, () => Promise<WriterSample>> = {
    'ours, 1 writer': () => sampleWriters(1, windowMs, ours),
    'ours, 32 writers': () => sampleWriters(32, windowMs, ours),
    'ours, 32 writers over three instances': () =>
      sampleWriters(32, windowMs, (i) => append(three[i % 3] ?? one, turns[i % sessions])),
    'ours with one transaction an event, 32 writers': () =>
      sampleWriters(32, windowMs, (i) => append(single, singleTurns[i % sessions])),
    'bare pg, one insert, 1 writer': () => sampleWriters(1, windowMs, bare),
    ...('append' in adk && {
      "ADK's DatabaseSessionService, 1 writer": () => sampleWriters(1, windowMs, (i) => adk.append(i)),
      "ADK's DatabaseSessionService, 32 writers": () => sampleWriters(32, windowMs, (i) => adk.append(i)),
    }),
  };
  if ('missing' in adk)
    console.log(JSON.stringify({ bench, what: "ADK's DatabaseSessionService", skipped: adk.missing }));
  const samples: Record<string, WriterSample[]> = {};
  for (let i = 0; i < rounds; i++) {
    for (const [name, run] of Object.entries(contenders)) (samples[name] ??= []).push(await run());
  }
  const rate = (name: string) => median((samples[name] ?? []).map((each) => each.perSecond));
  const p50 = (name: string) => median((samples[name] ?? []).map((each) => each.p50Ms));
  for (const name of Object.keys(contenders)) {
    print({ bench, what: `${name}: durable appends`, value: rate(name), unit: '1/s' });
    print({ bench, what: `${name}: p50`, value: p50(name), unit: 'ms' });
  }
  await countRoundTrips();
  const floor = {
    peer: 'bare pg, one insert',
    ratio: round(p50('ours, 1 writer') / p50('bare pg, one insert, 1 writer')),
  };
  console.log(JSON.stringify({ bench, what: 'p50 of a single append', ...floor }));
  if ('missing' in adk) return;
  ratio('appends at 32 writers', rate('ours, 32 writers'), rate("ADK's DatabaseSessionService, 32 writers"), 40);
  ratio('p50 of a single append', p50('ours, 1 writer'), p50("ADK's DatabaseSessionService, 1 writer"), 1 / 10);
}

/** Against ADK's, with what is wanted: at least so many times, or at most such a part. */
function ratio(what: string, value: number, peerValue: number, wanted: number): void {
  const measured = value / peerValue;
  const met = wanted > 1 ? measured >= wanted : measured <= wanted;
  const target = wanted > 1 ? `at least ${wanted}` : `at most ${wanted}`;
  console.log(
    JSON.stringify({ bench, what, peer: "ADK's DatabaseSessionService", ratio: round(measured), target, met }),
  );
}

/** What a turn with one call of a tool and one flush of its text waits for on the writer's connection. */
async function countRoundTrips(): Promise<void> {
  let roundTrips = 0;
  const store = await openInstance(await server.newDatabase(), { onRoundTrip: () => (roundTrips += 1) });
  const [turn] = await runningTurns(store, 1);
  roundTrips = 0;
  await append(store, turn);
  print({ bench, what: 'an append: round trips', value: roundTrips, unit: '' });
  const given = new GivenLog(store);
  const owner = await given.owned();
  roundTrips = 0;
  const claimed = await given.running(owner);
  await given.append(claimed, { events: [answer('', { final: false })], nextStep: 1 });
  await append(store, claimed);
  await given.flush({ ...claimed, step: 1 }, 'Answer');
  await given.finish(claimed);
  const met = roundTrips <= maxRoundTrips;
  const line = { bench, what: 'a turn with one call of a tool: round trips', value: roundTrips, unit: '' };
  print({ ...line, target: `at most ${maxRoundTrips}`, met });
}

async function openInstance(
  url: string,
  more: Pick<PostgresStoreOptions, 'batchCommands' | 'onRoundTrip'> = {},
): Promise<Store> {
  const { store } = await openPostgresStore({ url, clock: systemClock, instanceId: newId(), ...more });
  closing.push(() => store.close());
  return store;
}

/** One row of the same text, committed by itself. */
async function openBare(url: string): Promise<() => Promise<unknown>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  closing.push(() => client.end());
  await client.query('create table rows (id bigint generated always as identity primary key, body text)');
  return () => client.query({ name: 'insert', text: 'insert into rows (body) values ($1)', values: [text] });
}

/** MikroORM takes a socket's folder as an option of the driver. */
function adkDatabase(url: string): { clientUrl: string; driverOptions: unknown } {
  const { pathname, searchParams, username } = new URL(url);
  const host = searchParams.get('host') ?? '';
  const connection = { host, user: username, database: pathname.slice(1), password: '' };
  return { clientUrl: `postgresql://${username}@localhost${pathname}`, driverOptions: { connection } };
}

async function runningTurns(store: Store, count = sessions): Promise<ClaimedTurn[]> {
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
  const builders = new GivenLog(store);
  const userId = await builders.user();
  const turns: ClaimedTurn[] = [];
  for (let i = 0; i < count; i++) {
    const sessionId = await builders.session(userId);
    turns.push(await builders.running({ userId, sessionId }, { untilMs: Number.MAX_SAFE_INTEGER }));
  }
  return turns;
}

function oneEvent(turn: ClaimedTurn | undefined): AppendTurnArgs {
  return {
    turnId: turn?.turnId ?? '',
    fence: turn?.fence ?? 0,
    events: [{ type: 'tool_result', payload: { call_id: newId(), output: text, is_error: false } }],
    adkEvents: [],
    nextStep: 0,
    usage: { input_tokens: 0, output_tokens: 0 },
    model: 'bench',
    at: systemClock.now(),
  };
}

function append(store: Store, turn: ClaimedTurn | undefined): Promise<boolean> {
  return store.write.appendTurnEvents(oneEvent(turn));
}
