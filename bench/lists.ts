/** What a page of the administrator's list costs, by every filter and sort, and a page of a member's list, with many sessions.
 *  Usage: node bench/lists.ts [--sessions 1000000] [--users 10000] [--store sqlite,postgres] [--seconds 90] [--worst 0]
 *  With `--seconds 0` nothing is asked, and only what writes cost is measured.
 *  Rows are put straight into the tables of the store; everything asked is asked over HTTP, of a server in this process. PostgreSQL is a private
 *  one in a temporary folder with its own defaults. Questions come in a random order until all were asked or so many seconds are over. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/clock.ts';
import { byServer } from '../src/contract/audit.ts';
import { type InstanceId, newId, newSecret } from '../src/ids.ts';
import { acceptArgs } from '../src/store/conformance/given-log.ts';
import { openPrivatePostgres } from '../src/store/conformance/private-postgres.ts';
import { openPostgresStore } from '../src/store/postgres/postgres-store.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { createListAsker } from './support/ask-lists.ts';
import { signIn } from './support/client.ts';
import { startIdleLoop } from './support/idle-loop.ts';
import { type Filler, fillPostgres, fillSqlite } from './support/fill-store.ts';
import { median, print, printLimited, quantile } from './support/lines.ts';
import { adminQuestions, type ListFacts, type Question } from './support/list-questions.ts';
import { startListServer } from './support/list-server.ts';
import { busyAgentId, idOf, makeSessions } from './support/many-sessions.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1000000' },
    users: { type: 'string', default: '10000' },
    store: { type: 'string', default: 'sqlite,postgres' },
    seconds: { type: 'string', default: '90' },
    worst: { type: 'string', default: '0' },
  },
});
const sessions = Number(values.sessions);
const users = Number(values.users);
const ofFirst = Math.ceil(sessions / 100);
const bench = 'lists';
const loopResolutionMs = 1;
/** How many sessions are made, and messages stored, to see what a write costs. */
const writes = 500;
/** Of a list's values thousandths are kept: all of them would lie in this process while the server in it is measured, and be collected there. */
const shares = 1_000;

for (const store of values.store.split(',')) {
  const dataDir = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
  const postgres = store === 'postgres' ? await openPrivatePostgres() : undefined;
  try {
    await measure(store, dataDir, await postgres?.newDatabase());
  } finally {
    await postgres?.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(store: string, dataDir: string, databaseUrl: string | undefined): Promise<void> {
  const password = newSecret();
  const server = await startListServer({ dataDir, password, ...(databaseUrl !== undefined && { databaseUrl }) });
  const path = join(dataDir, 'perdure.db');
  const filler = databaseUrl === undefined ? fillSqlite(path) : await fillPostgres(databaseUrl);
  try {
    const admin = await signIn(server.url, 'admin', password);
    const busy = { username: 'busy-person', password: newSecret() };
    const { id } = (await admin.post('/api/admin/users', busy)) as { id: string };
    const facts = await fill(store, filler, id, busy.username);
    if (databaseUrl === undefined) {
      print({ bench, what: `${store}: the file`, value: statSync(path).size / 2 ** 20, unit: 'MiB' });
    }
    await measureWrites(store, databaseUrl === undefined ? { path } : { url: databaseUrl }, facts.samples);
    if (values.seconds === '0') return;
    const idle = startIdleLoop();
    const delays = monitorEventLoopDelay({ resolution: loopResolutionMs });
    delays.enable();
    const collections = watchCollections();
    await askAdmin(store, server.url, admin.token ?? '', facts);
    const member = await signIn(server.url, busy.username, busy.password);
    await askMember(store, server.url, member.token ?? '');
    const what = `${store}: longest hold of the event loop`;
    printLimited({ bench, what, value: delays.max / 1e6 - loopResolutionMs, unit: 'ms', limit: 50 });
    delays.disable();
    print({
      bench,
      what: `${store}: longest garbage collection meanwhile`,
      value: collections.longestMs(),
      unit: 'ms',
    });
    print({ bench, what: `${store}: the same in a process that does nothing`, value: await idle.end(), unit: 'ms' });
  } finally {
    await filler.close();
    await server.close();
  }
}

/** Rows from one generator, and where the order's values lie. */
async function fill(
  store: string,
  filler: Filler,
  busyId: string,
  busyUsername: string,
): Promise<ListFacts & { samples: Owned[] }> {
  const startedMs = performance.now();
  const at = systemClock.now();
  const people = Array.from({ length: users - 1 }, (_each, n) => ({
    id: idOf('user', n),
    username: `person-${String(n).padStart(6, '0')}`,
    at,
  }));
  await filler.users(people);
  const samples: Owned[] = [];
  const sorted: Record<string, (string | number)[]> = { last_activity: [], created_at: [], chat_messages: [] };
  const every = Math.max(4, Math.floor(sessions / writes));
  function* rows() {
    const userIds = [busyId, ...people.map((each) => each.id)];
    for (const row of makeSessions({ sessions, userIds, ofFirst, firstRev: 1 })) {
      sorted.last_activity?.push(row.last_activity);
      sorted.created_at?.push(row.created_at);
      sorted.chat_messages?.push(row.message_count);
      const isOpen = row.is_active === 1 && row.deleted_at === null && row.active_agent_id === busyAgentId;
      if (isOpen && row.rev % every < 2) samples.push({ userId: row.user_id, sessionId: row.session_id });
      yield row;
    }
  }
  await filler.sessions(rows());
  await filler.settle();
  for (const column of Object.values(sorted)) column.sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  const places = Object.fromEntries(Object.entries(sorted).map(([sort, column]) => [sort, placesOf(column)]));
  const seconds = (performance.now() - startedMs) / 1000;
  print({ bench, what: `${store}: ${sessions} sessions of ${users} users put in`, value: seconds, unit: 's' });
  return {
    samples,
    busyUsername,
    quietUsername: people[Math.floor(users / 2)]?.username ?? '',
    valueAt: (sort, share) => places[sort]?.[Math.round(share * shares)] ?? '',
  };
}

function placesOf<Value>(column: readonly Value[]): (Value | undefined)[] {
  return Array.from({ length: shares + 1 }, (_each, i) => column[Math.floor(((sessions - 1) * i) / shares)]);
}

function watchCollections(): { longestMs(): number } {
  let longestMs = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestMs = Math.max(longestMs, duration);
  });
  observer.observe({ entryTypes: ['gc'] });
  return {
    longestMs: () => {
      observer.disconnect();
      return longestMs;
    },
  };
}

type Owned = { userId: string; sessionId: string };

/** What an index more costs who writes: one after the other, anywhere among all sessions. */
async function measureWrites(
  store: string,
  where: { path: string } | { url: string },
  samples: readonly Owned[],
): Promise<void> {
  const clock = systemClock;
  const opened =
    'path' in where
      ? await openSqliteStore({ path: where.path, clock })
      : (await openPostgresStore({ url: where.url, clock, instanceId: newId<InstanceId>() })).store;
  const [creating, accepting]: [number[], number[]] = [[], []];
  for (const { userId, sessionId } of samples) {
    const made = {
      sessionId: newId(),
      userId,
      agentId: busyAgentId,
      title: 'New session',
      titleIsSet: false,
      corpora: [],
    };
    await timed(creating, () => opened.write.createSession({ ...made, origin: 'api', at: clock.now(), by: byServer }));
    await timed(accepting, () => opened.write.acceptTurn(acceptArgs(sessionId, userId)));
  }
  await opened.close();
  const of = `of ${samples.length}, one after the other`;
  print({ bench, what: `${store}: a session made, ${of}, p50`, value: median(creating), unit: 'ms' });
  print({ bench, what: `${store}: a message stored in a session, ${of}, p50`, value: median(accepting), unit: 'ms' });
}

async function timed(spentMs: number[], write: () => Promise<unknown>): Promise<void> {
  const startedMs = performance.now();
  await write();
  spentMs.push(performance.now() - startedMs);
}

type Asked = Question & { ms: number; rows: number; total: string };

async function askAdmin(store: string, url: URL, token: string, facts: ListFacts): Promise<void> {
  const asker = createListAsker(url, token);
  const asked: Asked[] = [];
  const questions = adminQuestions(facts);
  await asker.ask('/api/admin/sessions');
  const { rss } = process.memoryUsage();
  const first = await asker.ask('/api/admin/sessions?q=first+look');
  print({ bench, what: `${store}: the first look for text, once after a start`, value: first.ms / 1000, unit: 's' });
  const grown = (process.memoryUsage().rss - rss) / 2 ** 20;
  print({ bench, what: `${store}: memory that it took`, value: grown, unit: 'MiB' });
  const untilMs = performance.now() + Number(values.seconds) * 1000;
  for (const question of questions) {
    if (performance.now() > untilMs) break;
    const { ms, rows, total, next } = await asker.ask(question.path);
    asked.push({ ...question, ms, rows, total });
    if (question.place !== 'first' || next === undefined) continue;
    const second = await asker.ask(next);
    asked.push({ ...question, path: next, place: 'next', ms: second.ms, rows: second.rows, total: second.total });
    // Back again: the page before is the one that was asked first.
    const back = await asker.ask(question.path);
    asked.push({ ...question, place: 'first', ms: back.ms, rows: back.rows, total: back.total });
  }
  asker.close();
  const kinds: [string, (each: Asked) => boolean][] = [
    ['every filter and sort', () => true],
    ['without text', (each) => !each.hasText],
    ['with text', (each) => each.hasText],
  ];
  print({ bench, what: `${store}: pages asked for`, value: asked.length, unit: `of ${questions.length} and more` });
  for (const [kind, isOfKind] of kinds) {
    const ms = asked.filter(isOfKind).map((each) => each.ms);
    const what = `${store}: a page of the administrator's list, ${kind}`;
    print({ bench, what: `${what}, p50`, value: median(ms), unit: 'ms' });
    printLimited({ bench, what: `${what}, p95`, value: quantile(ms, 0.95), unit: 'ms', limit: 50 });
    print({ bench, what: `${what}, longest`, value: Math.max(...ms), unit: 'ms' });
  }
  const at = (place: string) =>
    median(asked.filter((each) => each.place === place && !each.hasText).map((each) => each.ms));
  for (const place of ['next', 'middle', 'last']) {
    const what = `${store}: pages at the place "${place}", p50`;
    print({ bench, what, value: at(place), unit: 'ms', peer: 'the first pages', ratio: at(place) / at('first') });
  }
  for (const each of asked.toSorted((a, b) => b.ms - a.ms).slice(0, Number(values.worst))) {
    const { filters, sort, place, ms, rows, total } = each;
    console.log(JSON.stringify({ store, filters, sort, place, ms: Math.round(ms), rows, total }));
  }
}

/** All pages of somebody with one in a hundred of all sessions, then some of them by text. */
async function askMember(store: string, url: URL, token: string): Promise<void> {
  const asker = createListAsker(url, token);
  const pages: number[] = [];
  let cursor: string | undefined;
  let seen = 0;
  do {
    const query = `limit=40${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { ms, rows, next } = await asker.ask(`/api/sessions?${query}`);
    pages.push(ms);
    seen += rows;
    cursor = next;
  } while (cursor !== undefined);
  const texts: number[] = [];
  for (const q of ['a', 'ba', 'lin', 'nothing like this']) {
    for (let n = 0; n < 15; n++) texts.push((await asker.ask(`/api/sessions?limit=40&q=${encodeURIComponent(q)}`)).ms);
  }
  asker.close();
  const what = `${store}: a page of a member's list of ${seen} sessions`;
  print({ bench, what: `${what}, p50`, value: median(pages), unit: 'ms' });
  printLimited({ bench, what: `${what}, p95`, value: quantile(pages, 0.95), unit: 'ms', limit: 20 });
  printLimited({ bench, what: `${what} by text, p95`, value: quantile(texts, 0.95), unit: 'ms', limit: 20 });
  const last = median(pages.slice(-20));
  const first = median(pages.slice(1, 21));
  print({
    bench,
    what: `${what}, the last pages, p50`,
    value: last,
    unit: 'ms',
    peer: 'the first pages',
    ratio: last / first,
  });
}
