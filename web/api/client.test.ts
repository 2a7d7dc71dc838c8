import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { call } from './client.ts';

afterEach(() => vi.unstubAllGlobals());

const answering = (body: BodyInit, status = 200) => vi.stubGlobal('fetch', async () => new Response(body, { status }));

/** A body that breaks off, as when the network is cut under it. */
const cutBody = () =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"a":'));
      controller.error(new TypeError('network error'));
    },
  });

const ask = (signal?: AbortSignal) =>
  call(z.strictObject({ a: z.number() }), 'GET', '/api/a', signal ? { signal } : {});

test('an answer that was cut on its way is a lost connection', async () => {
  answering(cutBody());
  await expect(ask()).rejects.toMatchObject({ code: 'unreachable', passing: true });
});

test('an answer of another shape, or no JSON, is one that this page does not understand', async () => {
  for (const body of ['{"b":1}', '<html>']) {
    answering(body);
    await expect(ask()).rejects.toMatchObject({ code: 'not_understood' });
  }
});

test('what the caller gave up is no error of the server', async () => {
  const abort = new AbortController();
  const body = new ReadableStream({
    start: (controller) => abort.signal.addEventListener('abort', () => controller.error(abort.signal.reason)),
  });
  answering(body);
  const asked = ask(abort.signal);
  abort.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});

test('a read that is not answered is given up sooner than a change, which may take effect', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    vi.stubGlobal(
      'fetch',
      (_path: string, { signal }: RequestInit) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    const ended: string[] = [];
    for (const method of ['GET', 'POST'] as const) {
      void call(z.unknown(), method, '/api/a').catch(() => ended.push(method));
    }
    await vi.advanceTimersByTimeAsync(19_000);
    expect(ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(ended).toEqual(['GET']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ended).toEqual(['GET', 'POST']);
  } finally {
    vi.useRealTimers();
  }
});
