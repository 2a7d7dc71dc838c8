import { beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryStorage } from '../api/browser-storage.ts';
import { ApiError } from '../api/errors.ts';
import { Outbox } from './outbox.ts';
import type { OutboxEntry } from './outbox-entries.ts';
import { unseen } from './outbox-entries.ts';
import { onItsWay } from './outbox-words.ts';

const answer = (status: number, retryAfterMs?: number) =>
  new ApiError({ status, code: 'x', title: 'x', detail: 'why', ...(retryAfterMs !== undefined && { retryAfterMs }) });

function given(storage = memoryStorage()) {
  const replies: (ApiError | Promise<void> | undefined)[] = [];
  const sent: OutboxEntry[] = [];
  let busy = false;
  const open = (userId = 'u', from = storage) => {
    const outbox = new Outbox({
      userId,
      storage: from,
      send: async (entry) => {
        sent.push(entry);
        const reply = await replies.shift();
        if (reply) throw reply;
        return { turn_id: `turn of ${entry.clientTurnId}` };
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
  return { storage, replies, sent, open };
}

/** The store as a tab of another process sees it: writes of others come to it late. */
function seenLate(storage = memoryStorage()) {
  const own = memoryStorage();
  const catchUp = () => {
    for (let i = 0; i < storage.length; i++) {
      const key = storage.key(i) ?? '';
      own.setItem(key, storage.getItem(key) ?? '');
    }
  };
  const write = (key: string, value: string) => {
    own.setItem(key, value);
    storage.setItem(key, value);
  };
  return {
    late: {
      ...own,
      key: own.key,
      setItem: write,
      get length() {
        return own.length;
      },
    },
    catchUp,
  };
}

const texts = (outbox: Outbox) => outbox.getEntries().map(({ text }) => text);

describe('the outbox', () => {
  vi.useFakeTimers();
  beforeEach(() => vi.clearAllTimers());

  test('keeps a message until the server has it, and sends the same id again after a failure', async () => {
    const { replies, sent, open } = given();
    replies.push(answer(0), answer(503));
    const outbox = open();
    const id = outbox.add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent.map((entry) => entry.clientTurnId)).toEqual([id, id, id]);
    expect(outbox.getEntries()).toMatchObject([{ clientTurnId: id, acked: true, tries: 2 }]);
  });

  test('a message that a view shows is kept for the views of other tabs, and then no longer', async () => {
    const { storage, open } = given();
    const [outbox, other] = [open(), open()];
    const id = outbox.add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(10);
    outbox.settle(new Set([id]));
    other.reload();
    expect(unseen(outbox.getEntries(), 's', [{ clientTurnId: id }])).toEqual([]);
    expect(unseen(other.getEntries(), 's', [])).toMatchObject([{ text: 'Hello' }]);
    await vi.advanceTimersByTimeAsync(600_000);
    other.reload();
    expect([other.getEntries(), storage.length]).toEqual([[], 0]);
  });

  test('what another tab adds is not undone by a tab that sees it late', async () => {
    const { storage, replies, open } = given();
    const { late, catchUp } = seenLate(storage);
    replies.push(answer(503));
    const here = open('u', late);
    here.add({ sessionId: 'a', text: 'here' });
    const there = open();
    there.add({ sessionId: 'b', text: 'there' });
    await vi.advanceTimersByTimeAsync(10);
    here.hurry();
    there.reload();
    expect(texts(there)).toEqual(['here', 'there']);
    catchUp();
    here.reload();
    expect(texts(here)).toEqual(['here', 'there']);
  });

  test('waits as long as the server asks, also when the connection is back, and says so', async () => {
    const { replies, sent, open } = given();
    replies.push(answer(429, 20_000));
    const outbox = open();
    outbox.add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(10_000);
    outbox.hurry();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(sent).toHaveLength(1);
    expect(outbox.getEntries().map(onItsWay)).toEqual([expect.stringContaining('too much to do')]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent).toHaveLength(2);
  });

  test('does not wait when the connection is back', async () => {
    const { replies, sent, open } = given();
    replies.push(answer(0), answer(0), answer(0));
    const outbox = open();
    outbox.add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(3_500);
    expect(outbox.getEntries().map(onItsWay)).toEqual([expect.stringContaining('no connection')]);
    const before = sent.length;
    outbox.hurry();
    await vi.advanceTimersByTimeAsync(10);
    expect(sent.length).toBe(before + 1);
  });

  test('survives a reload', async () => {
    const { storage, replies, sent, open } = given();
    replies.push(answer(0));
    const first = open();
    first.add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(10);
    first.close();
    expect(storage.length).toBe(1);
    open();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent.map((entry) => entry.text)).toEqual(['Hello', 'Hello']);
  });

  test('is sent from the page where the browser has no room to keep it, and the page says so', async () => {
    const full = { ...memoryStorage(), setItem: () => expect.fail('QuotaExceededError') };
    const { replies, sent, open } = given(full);
    replies.push(answer(0));
    const outbox = open();
    const id = outbox.add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(10);
    expect(outbox.getEntries().map(onItsWay)).toEqual([expect.stringContaining('leave this page open')]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toHaveLength(2);
    expect(outbox.getEntries()).toMatchObject([{ clientTurnId: id, acked: true, isKept: false }]);
  });

  test('a message names the turn that the one before it became, and the same one when it is sent again', async () => {
    const { replies, sent, open } = given();
    replies.push(undefined, answer(500));
    const outbox = open();
    const first = outbox.add({ sessionId: 's', text: 'one', parentTurnId: 'turn' });
    outbox.add({ sessionId: 's', text: 'two', follows: first });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent.map(({ text, parentTurnId }) => [text, parentTurnId])).toEqual([
      ['one', 'turn'],
      ['two', `turn of ${first}`],
      ['two', `turn of ${first}`],
    ]);
  });

  test('an answer that may not be asked for again gives no text back: the session has it', async () => {
    const { replies, open } = given();
    replies.push(answer(409));
    const outbox = open();
    outbox.add({ sessionId: 's', text: 'one', replacesTurnId: 'turn', isSameText: true });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(outbox.takeRefused('s', true)).toEqual([{ text: '', message: 'why' }]);
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

  test('gives the text back once, where it was written, when the server will never take it', async () => {
    const { replies, open } = given();
    replies.push(answer(409));
    const [sender, writer] = [open(), open()];
    const id = writer.add({ sessionId: 's', text: 'Hello' });
    sender.reload();
    await vi.advanceTimersByTimeAsync(10);
    expect(unseen(writer.getEntries(), 's', [])).toEqual([]);
    expect(sender.takeRefused('s', false)).toEqual([]);
    expect(writer.takeRefused('other', true)).toEqual([]);
    expect(writer.takeRefused('s', false)).toEqual([{ text: 'Hello', message: 'why' }]);
    expect(sender.takeRefused('s', true)).toEqual([]);
    expect(writer.getEntries().some(({ clientTurnId }) => clientTurnId === id)).toBe(false);
  });

  test('gives the text back when a budget is used up: nobody’s message is sent by itself the next day', async () => {
    const { replies, sent, open } = given();
    replies.push(
      new ApiError({ status: 429, code: 'budget_exhausted', title: 'x', detail: 'why', retryAfterMs: 9_000 }),
    );
    const outbox = open();
    outbox.add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    expect(outbox.takeRefused('s', false)).toEqual([{ text: 'Hello', message: 'why' }]);
  });

  test('gives the text back to whoever opens the session when the page it was written in is gone', async () => {
    const { replies, open } = given();
    replies.push(answer(409));
    open().add({ sessionId: 's', text: 'Hello' });
    await vi.advanceTimersByTimeAsync(10);
    expect(open().takeRefused('s', true)).toEqual([{ text: 'Hello', message: 'why' }]);
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

  test('leaves nothing behind on signing out, not even of a message that is being sent by another tab', async () => {
    const { storage, replies, open } = given();
    const arrived = Promise.withResolvers<void>();
    replies.push(arrived.promise);
    const [outbox, other] = [open(), open()];
    other.add({ sessionId: 's', text: 'Secret' });
    outbox.reload();
    outbox.erase();
    expect(storage.length).toBe(0);
    arrived.resolve();
    await vi.advanceTimersByTimeAsync(10);
    expect([storage.length, other.getEntries()]).toEqual([0, []]);
  });

  test('is one person’s own', async () => {
    const { replies, sent, open } = given();
    replies.push(answer(0));
    const outbox = open('u1');
    outbox.add({ sessionId: 's', text: 'Of the first' });
    await vi.advanceTimersByTimeAsync(10);
    outbox.close();
    const others = [open('u'), open('u12')];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(others.map((each) => each.getEntries())).toEqual([[], []]);
    expect(sent).toHaveLength(1);
  });
});

test('a message is shown once: by the outbox until its turn is in the view', () => {
  const entry = { clientTurnId: 'c', sessionId: 's', text: 'Hello', writtenAt: 0, tries: 0, nextAt: 0, acked: true };
  expect(unseen([entry], 's', [])).toEqual([entry]);
  expect(unseen([entry], 's', [{ clientTurnId: 'c' }])).toEqual([]);
  expect(unseen([entry], 'other', [])).toEqual([]);
});
