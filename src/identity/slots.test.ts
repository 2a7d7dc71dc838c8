import { expect, test } from 'vitest';
import { createSlots } from './slots.ts';

test('runs so many at once, the rest in their order, and refuses beyond', async () => {
  const slots = createSlots({ atOnce: 2, waiting: 2 });
  const started: number[] = [];
  const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const runs = gates.map((gate, n) =>
    slots.run(async () => {
      started.push(n);
      await gate.promise;
      return n;
    }),
  );
  await expect(slots.run(async () => 4)).rejects.toMatchObject({ code: 'overloaded', retryAfterSeconds: 3 });
  expect(started).toEqual([0, 1]);
  gates[1]?.resolve();
  await runs[1];
  await Promise.resolve();
  expect(started).toEqual([0, 1, 2]);
  for (const gate of gates) gate.resolve();
  expect(await Promise.all(runs)).toEqual([0, 1, 2, 3]);
});

test('work that fails gives its place back', async () => {
  const slots = createSlots({ atOnce: 1, waiting: 1 });
  for (let n = 0; n < 3; n++) {
    await expect(
      slots.run(async () => {
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
  }
  expect(await slots.run(async () => 'fine')).toBe('fine');
});
