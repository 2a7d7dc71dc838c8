import { beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '../api/errors.ts';
import { Stopper } from './stopper.ts';

vi.useFakeTimers();
beforeEach(() => vi.clearAllTimers());

const answer = (status: number) => new ApiError({ status, code: 'x', title: 'x', detail: 'why' });

function given(...replies: (ApiError | undefined)[]) {
  const sent: string[] = [];
  const stopper = new Stopper(async (_sessionId, turnId) => {
    sent.push(turnId);
    const reply = replies.shift();
    if (reply) throw reply;
  });
  return { stopper, sent, wish: () => stopper.getWishes().get('t') };
}

test('a stop shows at once, and until the turn is over', async () => {
  const { stopper, wish } = given();
  stopper.stop('s', 't');
  expect(wish()).toEqual({ state: 'stopping' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(wish()).toEqual({ state: 'stopping' });
  stopper.settle(['t', 'other']);
  expect(wish()).toBeUndefined();
});

test('a stop that does not reach the server is told again, at once when the connection is back', async () => {
  const { stopper, sent, wish } = given(answer(0), answer(503), answer(0));
  stopper.stop('s', 't');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(wish()).toEqual({ state: 'waiting' });
  expect(sent.length).toBeGreaterThan(1);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([wish(), new Set(sent).size]).toEqual([{ state: 'stopping' }, 1]);
  const other = given(answer(0));
  other.stopper.stop('s', 't');
  await vi.advanceTimersByTimeAsync(1);
  other.stopper.hurry();
  await vi.advanceTimersByTimeAsync(1);
  expect([other.wish(), other.sent.length]).toEqual([{ state: 'stopping' }, 2]);
});

test('a turn that is over meanwhile is not stopped any more', async () => {
  const { stopper, sent } = given(answer(0));
  stopper.stop('s', 't');
  await vi.advanceTimersByTimeAsync(1);
  stopper.settle(['t']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toEqual(['t']);
});

test('what the server refuses is said, and not asked again', async () => {
  const { stopper, sent, wish } = given(answer(403));
  stopper.stop('s', 't');
  await vi.advanceTimersByTimeAsync(60_000);
  expect([wish(), sent]).toEqual([{ state: 'refused', message: 'why' }, ['t']]);
});
