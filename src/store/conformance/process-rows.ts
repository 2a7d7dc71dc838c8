import { expect } from 'vitest';
import { newId } from '../../ids.ts';
import type { EventRecord } from '../queries/log.ts';
import type { Store } from '../store.ts';
import { GivenLog } from './given-log.ts';
import type { OpenedStore, Row } from './row.ts';
import { watchEventLoop } from './watch-event-loop.ts';
import type { WriterJob, WriterProcess } from './writer-process.ts';

const longestPauseMs = 250;
/** The bell between processes may be late by a poll. */
const bellWithinMs = 1_500;
/** A machine that others load too pauses processes on its own; the store's part of a pause is in every try. */
const tries = 4;

export const processRows: readonly Row[] = [
  {
    title: 'two processes writing: no pause of an event loop over 250 ms, nothing lost, seq dense, the tail whole',
    async run({ given, opened }) {
      let pauses: number[] = [];
      for (let i = 0; i < tries; i++) {
        pauses = await writeTogether(given, opened);
        if (Math.max(...pauses) <= longestPauseMs) break;
      }
      expect(Math.max(...pauses)).toBeLessThanOrEqual(longestPauseMs);
    },
    timeoutMs: 120_000,
  },
  {
    title: 'the bell rings within 1.5 s after a commit of another process',
    async run({ given, opened }) {
      const owner = await given.owned();
      // Listened for before: it may ring before this process reads that the write was acknowledged.
      const bell = rung(opened.store, async () => {
        const log = await given.log(owner.sessionId);
        return log.length === 2;
      });
      const second = openSecond(opened, { ...owner, writes: 1, inFlight: 1 });
      await second.reached(1);
      const acknowledgedMs = performance.now();
      await bell;
      expect(performance.now() - acknowledgedMs).toBeLessThan(bellWithinMs);
      await second.ended;
    },
  },
  {
    title: 'kill -9 of a writing process loses no acknowledged write and tears none',
    async run({ another }) {
      const opened = await another();
      const given = new GivenLog(opened.store);
      for (let round = 0; round < 3; round++) {
        const owner = await given.owned();
        const second = openSecond(opened, { ...owner, writes: 1_000_000, inFlight: 8 });
        await second.reached(40 + round * 17);
        await second.kill();
        given.store = await opened.reopen();
        const log = await given.log(owner.sessionId);
        const stored = new Set(log.flatMap(clientTurnId));
        expect(second.acknowledged.filter((id) => !stored.has(id))).toEqual([]);
        expect(log.map((event) => event.seq)).toEqual(log.map((_, i) => i + 1));
        expect(log).toHaveLength(stored.size * 2);
        expect(await given.store.read.memberSession(owner)).toMatchObject({ user_query_count: stored.size });
        expect(await given.accept(owner, { turnId: newId() })).toMatchObject({ outcome: 'accepted' });
      }
    },
    timeoutMs: 120_000,
  },
];

/** Writes from both processes to the same and to different sessions; gives the longest pause of each event loop. */
async function writeTogether(given: GivenLog, opened: OpenedStore): Promise<number[]> {
  const { store } = opened;
  const start = (await store.read.heads({})).position;
  const shared = await given.owned();
  const own = { userId: shared.userId, sessionId: await given.session(shared.userId) };
  const second = openSecond(opened, { ...shared, writes: 200, inFlight: 4 });
  await second.reached(1);
  const loop = await watchEventLoop();
  const here: string[] = [];
  for (let i = 0; i < 50; i++) {
    const clientTurnIds = [newId(), newId(), newId(), newId()];
    here.push(...clientTurnIds);
    await Promise.all(clientTurnIds.map((id, k) => given.accept(k % 2 ? own : shared, { clientTurnId: id })));
  }
  const { longestPauseMs: there } = await second.ended;
  const pauses = [loop.longestPauseMs(), there];

  const seen = await tailFrom(store, start);
  const positions = seen.map((event) => event.position);
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  for (const { sessionId } of [shared, own]) {
    const log = seen.filter((event) => event.session_id === sessionId);
    expect(log.map((event) => event.seq)).toEqual(log.map((_, i) => i + 1));
  }
  const stored = seen.flatMap(clientTurnId);
  expect(stored.toSorted()).toEqual([...here, ...second.acknowledged].toSorted());
  return pauses;
}

function openSecond({ openSecond: open }: OpenedStore, job: WriterJob): WriterProcess {
  if (!open) throw new Error('this store opens no second process: skip the row and say why');
  return open(job);
}

async function tailFrom(store: Store, start: number): Promise<EventRecord[]> {
  const seen: EventRecord[] = [];
  for (;;) {
    const position = seen.at(-1)?.position ?? start;
    const { events } = await store.read.tail({ position, journalId: Number.MAX_SAFE_INTEGER, limit: 100 });
    if (events.length === 0) return seen;
    seen.push(...events);
  }
}

/** Resolves when the condition holds at a ring. */
function rung(store: Store, condition: () => Promise<boolean>): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = async () => {
      if (!(await condition())) return;
      leave();
      resolve();
    };
    const leave = store.onCommit(() => void look().catch(reject));
  });
}

function clientTurnId(event: EventRecord): string[] {
  if (event.type !== 'user_message') return [];
  return [(JSON.parse(event.payload) as { client_turn_id: string }).client_turn_id];
}
