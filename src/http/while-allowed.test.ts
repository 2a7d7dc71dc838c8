import { expect, test } from 'vitest';
import { whileAllowed } from './while-allowed.ts';

/** A body without an end; tells how often it was asked for more. */
function endless(): { body: ReadableStream<Uint8Array>; state: { pulls: number; isCancelled: boolean } } {
  const state = { pulls: 0, isCancelled: false };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      state.pulls += 1;
      controller.enqueue(new Uint8Array([state.pulls]));
    },
    cancel: () => void (state.isCancelled = true),
  });
  return { body, state };
}

test('a body breaks off once its reader may not have it, and what makes it stops', async () => {
  const { body, state } = endless();
  let isAllowed = true;
  const reader = whileAllowed(body, () => Promise.resolve(isAllowed), 0).getReader();
  for (let n = 1; n <= 5; n++) expect((await reader.read()).value?.[0]).toBe(n);
  isAllowed = false;
  const rest = async () => {
    for (let n = 0; n < 10; n++) await reader.read();
  };
  await expect(rest()).rejects.toThrow('may not have the rest');
  expect(state.isCancelled).toBe(true);
});

test('whether it may be sent on is asked now and then, not for each piece', async () => {
  const { body } = endless();
  let asked = 0;
  const reader = whileAllowed(body, () => Promise.resolve((asked += 1) > 0)).getReader();
  for (let n = 0; n < 100; n++) await reader.read();
  expect(asked).toBe(0);
});

test('what cannot be asked is not sent on', async () => {
  const { body } = endless();
  const reader = whileAllowed(body, () => Promise.reject(new Error('the store is away')), 0).getReader();
  await expect(reader.read()).rejects.toThrow('the store is away');
});
