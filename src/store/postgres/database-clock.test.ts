import { expect, test } from 'vitest';
import type { Clock } from '../../clock.ts';
import { createDatabaseClock } from './database-clock.ts';

/** A machine whose wall clock is an hour slow; it moves by hand. */
function givenClock() {
  let ms = 1_000;
  const local: Clock = {
    now: () => new Date(ms).toISOString(),
    nowMs: () => ms,
    monotonicMs: () => ms,
  };
  return { clock: createDatabaseClock(local), pass: (more: number) => (ms += more) };
}

test('it says what the database says, half the way there and back later, and goes on by the machine', () => {
  const { clock, pass } = givenClock();
  clock.adjust({ databaseMs: 3_600_000, askedMs: 990, answeredMs: 1_000 });
  expect(clock.nowMs()).toBe(3_600_005);
  pass(250);
  expect(clock.nowMs()).toBe(3_600_255);
  expect(clock.monotonicMs()).toBe(3_600_255);
  expect(clock.now()).toBe('1970-01-01T01:00:00.255Z');
});

test('a difference that the way explains changes nothing; a larger one is taken over, and never back in time', () => {
  const { clock, pass } = givenClock();
  clock.adjust({ databaseMs: 5_000, askedMs: 1_000, answeredMs: 1_000 });
  clock.adjust({ databaseMs: 4_980, askedMs: 900, answeredMs: 1_000 });
  expect(clock.nowMs()).toBe(5_000);
  clock.adjust({ databaseMs: 9_000, askedMs: 1_000, answeredMs: 1_000 });
  expect(clock.nowMs()).toBe(9_000);
  clock.adjust({ databaseMs: 8_000, askedMs: 1_000, answeredMs: 1_000 });
  expect(clock.nowMs()).toBe(9_000);
  pass(1_500);
  expect(clock.nowMs()).toBe(9_500);
});
