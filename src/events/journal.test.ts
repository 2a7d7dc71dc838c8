import { array, assert, asyncProperty, integer, oneof } from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Clock } from '../clock.ts';
import type { JournalPiece } from '../store/commands/journal.ts';
import type { Store } from '../store/store.ts';
import { createJournal } from './journal.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const clock: Clock = {
  now: () => new Date().toISOString(),
  nowMs: () => Date.now(),
  monotonicMs: () => Date.now(),
};

/** A store whose commits take as long as they are told to, one after the other; it notes when each was durable and what it held. */
function givenStore(commitMs: (nth: number) => number, lost: (piece: JournalPiece) => boolean = () => false) {
  const commits: { atMs: number; pieces: readonly JournalPiece[] }[] = [];
  let begun = 0;
  const store = {
    write: {
      async flushJournal({ pieces }: { pieces: readonly JournalPiece[] }) {
        await new Promise((resolve) => setTimeout(resolve, commitMs(begun++)));
        commits.push({ atMs: Date.now(), pieces });
        return { lost: pieces.filter(lost).map((piece) => piece.turnId) };
      },
    },
  } as unknown as Store;
  return { store, commits };
}

/** Mostly quick, sometimes held up. */
const commitTime = oneof(
  { weight: 30, arbitrary: integer({ min: 0, max: 2 }) },
  { weight: 1, arbitrary: integer({ min: 50, max: 400 }) },
);

test('the first piece after an idle moment goes at once', async () => {
  const { store, commits } = givenStore(() => 0);
  const turn = createJournal({ store, clock }).open({ turnId: 'a', attempt: 1, fence: 1 });
  const startMs = Date.now();
  turn.write(0, 'one', []);
  await vi.advanceTimersByTimeAsync(1_000);
  turn.write(0, 'two', []);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(commits.map(({ atMs }) => atMs - startMs)).toEqual([0, 1_000]);
});

test('however many turns stream and however unsteady the disk is, no second holds more than 40 commits, and all text is stored in order', async () => {
  await assert(
    asyncProperty(array(commitTime, { minLength: 50, maxLength: 60 }), async (latencies) => {
      const { store, commits } = givenStore((nth) => latencies[nth % latencies.length] ?? 0);
      const journal = createJournal({ store, clock });
      const turns = Array.from({ length: 5 }, (_, n) => journal.open({ turnId: `${n}`, attempt: 1, fence: 1 }));
      const written = turns.map(() => '');
      for (let moment = 0; moment < 400; moment++) {
        const n = moment % turns.length;
        written[n] += ` ${moment}`;
        turns[n]?.write(0, ` ${moment}`, []);
        await vi.advanceTimersByTimeAsync(7);
      }
      await vi.advanceTimersByTimeAsync(5_000);
      const times = commits.map(({ atMs }) => atMs);
      for (const atMs of times) {
        expect(times.filter((each) => each >= atMs && each < atMs + 1_000).length).toBeLessThanOrEqual(40);
      }
      const stored = turns.map(() => '');
      for (const { turnId, offset, text } of commits.flatMap((commit) => commit.pieces)) {
        expect(offset).toBe(stored[Number(turnId)]?.length);
        stored[Number(turnId)] += text;
      }
      expect(stored).toEqual(written);
    }),
    { numRuns: 20 },
  );
});

test('a piece never ends between surrogates: a trailing high one waits for its partner', async () => {
  const { store, commits } = givenStore(() => 0);
  const turn = createJournal({ store, clock }).open({ turnId: 'a', attempt: 1, fence: 1 });
  for (const text of ['a\u{1F9ED}'.slice(0, 2), '\u{1F9ED}'.slice(1), '\ud83e', 'x']) {
    turn.write(0, text, []);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(commits.flatMap(({ pieces }) => pieces.map(({ offset, text }) => [offset, text]))).toEqual([
    [0, 'a'],
    [1, '\u{1F9ED}'],
    [3, '\ud83ex'],
  ]);
});

test('a turn that is no longer this process’s is told so, and writes no more; the others go on', async () => {
  const { store, commits } = givenStore(
    () => 5,
    (piece) => piece.turnId === 'stopped',
  );
  const journal = createJournal({ store, clock });
  const [stopped, other] = ['stopped', 'other'].map((turnId) => journal.open({ turnId, attempt: 1, fence: 1 }));
  const settled: (boolean | undefined)[] = [];
  for (let round = 0; round < 3; round++) {
    stopped?.write(0, 'text', []);
    other?.write(0, 'text', []);
    void Promise.all([stopped?.settled(), other?.settled()]).then((both) => settled.push(...both));
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(settled).toEqual([false, true, false, true, false, true]);
  expect([stopped?.isLost, other?.isLost]).toEqual([true, false]);
  expect(commits.map(({ pieces }) => pieces.map((piece) => piece.turnId))).toEqual([
    ['stopped'],
    ['other'],
    ['other'],
    ['other'],
  ]);
});

test('a turn whose text could not be stored writes no more, so that its text has no hole; another attempt does', async () => {
  const { store, commits } = givenStore(() => 5);
  const { flushJournal } = store.write;
  let isBroken = true;
  const journal = createJournal({
    store: {
      ...store,
      write: { ...store.write, flushJournal: async (args) => (isBroken ? await fail() : await flushJournal(args)) },
    },
    clock,
  });
  const turn = journal.open({ turnId: 'a', attempt: 1, fence: 1 });
  turn.write(0, 'is lost', []);
  // Waits for the next flush while the first fails.
  turn.write(0, ' came meanwhile', []);
  const settled = turn.settled();
  await vi.advanceTimersByTimeAsync(5);
  isBroken = false;
  await vi.advanceTimersByTimeAsync(100);
  expect([await settled, turn.isLost, turn.waiting]).toEqual([false, true, 0]);
  const next = journal.open({ turnId: 'a', attempt: 2, fence: 2 });
  next.write(0, 'once more', []);
  await vi.advanceTimersByTimeAsync(100);
  expect(commits.flatMap(({ pieces }) => pieces.map(({ attempt, text }) => [attempt, text]))).toEqual([
    [2, 'once more'],
  ]);
});

async function fail(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  throw new Error('the store cannot be used');
}
