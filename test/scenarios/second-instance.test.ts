import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inPostgres } from '../../src/store/conformance/in-postgres.ts';
import { PostgresInstances } from '../faults/postgres-instances.ts';
import { type AtTheFirst, isHere, leave, openAtTheFirst } from '../second-instance/at-the-first.ts';
import { deafen } from '../second-instance/deafen.ts';
import { expectedOpen, openDoors } from '../second-instance/doors.ts';
import { type Given, givenGuest, takeFromEveryone } from '../second-instance/given-guest.ts';
import { type Way, ways } from '../second-instance/ways.ts';
import type { SseReader } from '../sse-reader.ts';
import { slowStartMs } from '../shared-server.ts';
import { fastestOf, waitFor } from '../wait-for.ts';

type Bell = {
  ways: readonly [string, Way][];
  env?: Readonly<Record<string, string>>;
  isAway?: true;
  /** Within which what a commit ends is over that was open and under way: the bell tells of it. */
  toldMs: number;
};

const all = Object.entries(ways);
const unheard = all.filter(([, { isUnheard }]) => isUnheard);

/** How the first instance hears of what the second committed. */
const bells: Record<string, Bell> = {
  'told of it': { ways: all, toldMs: 1_000 },
  'not told, and looking every 250 ms': { ways: unheard, env: { PERDURE_TEST_SILENT_BELL: '1' }, toldMs: 1_500 },
  'neither told nor looking': { ways: unheard, isAway: true, toldMs: 5_000 },
};
/** Within which what is asked again every 3 s is over, whatever the bell says. */
const askedMs = 5_000;
/** A page that is closed may be back within two seconds. */
const leftMs = 3_000;

for (const [name, bell] of Object.entries(bells)) {
  inPostgres(`what is taken away at one of two instances, the other ${name},`, (server) => {
    let instances: PostgresInstances;
    beforeAll(async () => {
      instances = await PostgresInstances.start(server(), 2, bell.env ? { env: bell.env } : {});
      await takeFromEveryone((await instances.signIn(1)).client, 'agent/librarian');
    }, slowStartMs);
    afterAll(() => instances?.[Symbol.asyncDispose]());

    test.each(bell.ways)(
      'is closed there by the very next call, and soon over: %s',
      async (_name, way) => expect(await fastestOf(3, 0, () => lateMs(instances, bell, way))).toBe(0),
      120_000,
    );
  });
}

const messageOf = (text: string) => ({ client_turn_id: randomUUID(), text });

/** @returns by how much something was over later than promised, in milliseconds; 0 when nothing was */
async function lateMs(instances: PostgresInstances, bell: Bell, way: Way): Promise<number> {
  const given = await givenGuest(instances, way.shared ?? 'user');
  expect(await openDoors(given)).toEqual(expectedOpen([], []));
  const there = await openAtTheFirst(given);
  const giveBack = bell.isAway && (await deafen(instances, there.turnId));
  try {
    await way.take(given);
    const takenMs = performance.now();
    const since = `zy${randomUUID()}`;
    await given.ownerThere.client.post(`/api/sessions/${given.sessionId}/turns`, messageOf(since));
    const ends = Object.entries(endings(given, there, way, bell)).map(async ([what, { isOver, withinMs }]) => {
      await waitFor(what, isOver);
      return Math.max(0, performance.now() - takenMs - withinMs);
    });
    const doors = await openDoors(given);
    const late = await Promise.all(ends);
    expect(doors).toEqual(expectedOpen(way.closes, way.ends));
    expect((await there.half.finish()).status).toBe(way.message);
    await expectTheRest(given, there, way);
    if (way.closes.includes('session')) {
      for (const { raw } of [there.stream, there.feed]) expect(raw).not.toContain(since);
    }
    return Math.max(0, ...late);
  } finally {
    if (giveBack) await giveBack();
    await leave(given, there);
  }
}

const has = (reader: SseReader, name: string) => reader.frames.some(({ event }) => event === name);

type Ending = { isOver(): boolean | Promise<boolean>; withinMs: number };

/** What a way ends, and within which time. */
function endings(given: Given, there: AtTheFirst, way: Way, { toldMs, isAway }: Bell): Record<string, Ending> {
  const { stream, feed, keyFeed, asked } = there;
  const isOut = way.ends.includes('login');
  const found: Record<string, Ending> = {};
  if (isOut) {
    found['the stream'] = { isOver: () => stream.isOver, withinMs: askedMs };
    found['the feed'] = { isOver: () => feed.isOver, withinMs: askedMs };
  }
  if (way.ends.includes('key')) found['the feed of the key'] = { isOver: () => keyFeed.isOver, withinMs: askedMs };
  if (way.closes.includes('session')) {
    found['the stream'] = { isOver: () => stream.isOver, withinMs: toldMs };
    found['the session in the feed'] = { isOver: () => has(feed, 'gone'), withinMs: toldMs };
    const isDeleted = way.turn?.code === 'session_deleted';
    if (!isAway && !isDeleted) found['the list in the feed'] = { isOver: () => has(feed, 'shared'), withinMs: toldMs };
  }
  if (way.closes.includes('corpus') && !isAway) {
    found['the corpora in the feed'] = { isOver: () => has(feed, 'corpora'), withinMs: toldMs };
  }
  if (isOut || way.closes.includes('session')) {
    found['their presence'] = {
      isOver: async () => !(await isHere(given)),
      withinMs: isOut ? askedMs + leftMs : toldMs,
    };
  }
  if (way.turn) {
    // The agent is asked for again every 3 s; the other turns are ended by the commit.
    found['the turn'] = { isOver: () => asked.aborted, withinMs: way.turn.state === 'failed' ? askedMs : toldMs };
  }
  return found;
}

/** What was not taken away goes on, and of what was nothing comes any more. */
async function expectTheRest(given: Given, there: AtTheFirst, way: Way): Promise<void> {
  const { stream, feed, keyFeed, asked, turnId } = there;
  const isOut = way.ends.includes('login');
  expect(stream.isOver).toBe(isOut || way.closes.includes('session'));
  expect(feed.isOver).toBe(isOut);
  expect(keyFeed.isOver).toBe(way.ends.includes('key'));
  const [turn] = await given.instances.query(`select state, code from turns where turn_id = '${turnId}'`);
  expect(turn).toEqual(way.turn ?? { state: 'running', code: null });
  expect(asked.aborted).toBe(way.turn !== undefined);
}
