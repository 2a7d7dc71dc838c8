import { describe, expect, test, vi } from 'vitest';
import { ApiError } from '../api/errors.ts';
import { Outbox, type Refusal } from './outbox.ts';
import type { OutboxEntry } from './outbox-entries.ts';
import { unseen } from './outbox-entries.ts';

const answer = (status: number, retryAfterMs?: number) =>
  new ApiError({ status, code: 'x', title: 'x', detail: 'x', ...(retryAfterMs !== undefined && { retryAfterMs }) });

function given(store = new Map<string, string>()) {
  const replies: (ApiError | undefined)[] = [];
  const sent: OutboxEntry[] = [];
  let busy = false;
  const open = () => {
    const outbox = new Outbox({
      userId: 'u',
      storage: {
        getItem: (key) => store.get(key) ?? null,
        setItem: (key, value) => void store.set(key, value),
        removeItem: (key) => void store.delete(key),
      },
      send: async (entry) => {
        sent.push(entry);
        const reply = replies.shift();
        if (reply) throw reply;
      },
      alone: async (_name, work) => {
        if (busy) return;
        busy = true;
        await work().finally(() => {
          busy = false;
        });
      },
      now: () => Date.now(),
      random: () => 1,
    });
    outbox.open();
    return outbox;
  };
  return { store, replies, sent, open };
}

describe('the outbox', () => {
  vi.useFakeTimers();

  test('keeps a message until the server has it, and sends the same id again after a failure', async () => {
    const { replies, sent, open } = given();
    replies.push(answer(0), answer(503));
    const outbox = open();
    const id = outbox.add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent.map((entry) => entry.clientTurnId)).toEqual([id, id, id]);
    expect(outbox.getEntries()).toMatchObject([{ clientTurnId: id, acked: true, tries: 2 }]);
    outbox.settle(new Set([id]));
    expect(outbox.getEntries()).toEqual([]);
  });

  test('waits as long as the server asks', async () => {
    const { replies, sent, open } = given();
    replies.push(answer(429, 20_000));
    open().add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(19_000);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent).toHaveLength(2);
  });

  test('survives a reload', async () => {
    const { store, replies, sent, open } = given();
    replies.push(answer(0));
    const first = open();
    first.add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(10);
    first.close();
    expect(store.size).toBe(1);
    open();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent.map((entry) => entry.text)).toEqual(['Hello', 'Hello']);
  });

  test('sends the messages of one session in the order written, and other sessions do not wait for them', async () => {
    const { replies, sent, open } = given();
    replies.push(answer(503, 5_000));
    const outbox = open();
    outbox.add({ sessionId: 'a', text: 'a1' });
    outbox.add({ sessionId: 'a', text: 'a2' });
    outbox.add({ sessionId: 'b', text: 'b1' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent.map((entry) => entry.text)).toEqual(['a1', 'b1', 'a1', 'a2']);
  });

  test('gives the text back when the server will never take it', async () => {
    const { replies, open } = given();
    replies.push(answer(409));
    const outbox = open();
    const refusals: Refusal[] = [];
    outbox.onRefusal((refusal) => refusals.push(refusal));
    outbox.add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(10);
    expect(refusals).toMatchObject([{ sessionId: 's', text: 'Hello', error: { status: 409 } }]);
    expect(outbox.getEntries()).toEqual([]);
  });

  test('keeps the message over a lost sign-in', async () => {
    const { replies, sent, open } = given();
    replies.push(answer(401));
    const outbox = open();
    outbox.add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(sent).toHaveLength(2);
    expect(outbox.getEntries()).toMatchObject([{ acked: true }]);
  });

  test('leaves nothing behind on signing out', () => {
    const { store, open } = given();
    const outbox = open();
    outbox.add({ sessionId: 's', text: 'Secret' });
    outbox.erase();
    expect(store.size).toBe(0);
  });
});

test('a message is shown once: by the outbox until its turn is in the view', () => {
  const entry = { clientTurnId: 'c', sessionId: 's', text: 'Hello', writtenAt: 0, tries: 0, nextAt: 0, acked: true };
  expect(unseen([entry], 's', [])).toEqual([entry]);
  expect(unseen([entry], 's', [{ clientTurnId: 'c' }])).toEqual([]);
  expect(unseen([entry], 'other', [])).toEqual([]);
});
