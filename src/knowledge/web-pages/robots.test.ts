import { expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { createRobots } from './robots.ts';

const signal = new AbortController().signal;

/** Robots over sites that answer `text`, with a clock that is set by hand. */
function givenRobots(
  answer: (address: string) => { status?: number; body?: AsyncIterable<Uint8Array>; text?: string },
) {
  const asked: string[] = [];
  const time = { ms: 0 };
  let dropped = 0;
  const robots = createRobots({
    clock: { ...systemClock, nowMs: () => time.ms },
    fetch(address) {
      asked.push(address);
      const {
        status = 200,
        text = '',
        body = [Buffer.from(text)] as unknown as AsyncIterable<Uint8Array>,
      } = answer(address);
      return Promise.resolve({
        url: new URL(address),
        status,
        mediaType: 'text/plain',
        body,
        drop: () => void dropped++,
      });
    },
  });
  const may = (address: string) =>
    robots.requireAllowed(new URL(address), signal).then(
      () => true,
      () => false,
    );
  return { may, asked, time, dropped: () => dropped };
}

test('a site is asked once a day', async () => {
  let text = 'User-agent: *\nDisallow: /a';
  const { may, asked, time, dropped } = givenRobots(() => ({ text }));
  expect([await may('https://x.example/a'), await may('https://x.example/b')]).toEqual([false, true]);
  text = '';
  time.ms = 24 * 60 * 60_000 - 1;
  expect(await may('https://x.example/a')).toBe(false);
  time.ms += 1;
  expect(await may('https://x.example/a')).toBe(true);
  expect(asked).toEqual(['https://x.example/robots.txt', 'https://x.example/robots.txt']);
  expect(dropped()).toBe(2);
});

test('a port and a scheme have their own', async () => {
  const { may, asked } = givenRobots(() => ({}));
  await Promise.all(['http://x.example/', 'https://x.example/', 'https://x.example:8443/'].map(may));
  expect(new Set(asked).size).toBe(3);
});

test.each([
  [200, true, 1],
  [404, true, 1],
  [403, true, 1],
  [429, false, 2],
  [500, false, 2],
  [503, false, 2],
  [304, false, 2],
])('a robots.txt answered with %i: allowed is %s, asked for two pages %i times', async (status, allowed, times) => {
  const { may, asked } = givenRobots(() => ({ status }));
  expect([await may('https://x.example/a'), await may('https://x.example/b')]).toEqual([allowed, allowed]);
  expect(asked.length).toBe(times);
});

test('of a robots.txt without end the first 500 KiB count', async () => {
  let sent = 0;
  async function* body() {
    yield Buffer.from('User-agent: *\nDisallow: /a\n');
    for (;;) {
      sent += 1024;
      yield Buffer.alloc(1024, '#');
    }
  }
  const { may } = givenRobots(() => ({ body: body() }));
  expect([await may('https://x.example/a'), await may('https://x.example/b')]).toEqual([false, true]);
  expect(sent).toBeLessThanOrEqual(501 * 1024);
});

test('of very many sites the latest are kept', async () => {
  const { may, asked } = givenRobots(() => ({ text: `User-agent: *\n${'Disallow: /a\n'.repeat(1_000)}` }));
  for (let i = 0; i < 60; i++) await may(`https://site-${i}.example/`);
  await may('https://site-59.example/');
  expect(asked.length).toBe(60);
  await may('https://site-0.example/');
  expect(asked.length).toBe(61);
});
