import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchLoop } from './loop-watch.ts';

function hold(ms: number): void {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs; );
}

test('a loop that is held again and again is late, until it is free again', async () => {
  const watch = watchLoop();
  expect(watch.isLate()).toBe(false);
  hold(400);
  await pause(1);
  expect(watch.isLate()).toBe(false);
  for (let i = 0; i < 6; i++) {
    hold(150);
    await pause(1);
  }
  expect(watch.isLate()).toBe(true);
  await expect.poll(() => watch.isLate()).toBe(false);
  watch.close();
});
