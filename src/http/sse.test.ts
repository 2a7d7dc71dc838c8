import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { openSse, type SseConnection } from './sse.ts';

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

/** A stream of a server of its own. */
async function givenStream(): Promise<{ port: number; connection: Promise<SseConnection> }> {
  const { promise: connection, resolve } = Promise.withResolvers<SseConnection>();
  const server = createServer((_request, response) => resolve(openSse(response, {})));
  opened.push({ close: () => server.closeAllConnections() }, server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, connection };
}

/** A client that asks and never reads. */
function stalledReader(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  opened.push({ close: () => socket.destroy() });
  socket.pause().write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
  return socket;
}

async function readWhole(port: number): Promise<string> {
  const sent = request({ port, host: '127.0.0.1', agent: false });
  sent.end();
  const [message] = await once(sent, 'response');
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += chunk;
  return text;
}

test('frames of one moment arrive whole and in order, whatever their size', async () => {
  const { port, connection } = await givenStream();
  const reading = readWhole(port);
  const stream = await connection;
  const large = 'é'.repeat(600_000);
  stream.send({ id: '1' });
  for (const data of ['a', large, 'b', 'c']) stream.send({ data });
  stream.end();
  const datas = [...(await reading).matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1] ?? ''));
  expect(datas.map((data) => (data === large ? 'large' : data))).toEqual(['a', 'large', 'b', 'c']);
  expect(stream.closed.aborted).toBe(true);
});

test('a reader that stalls is cut at 256 KiB unsent beyond the frame being sent', async () => {
  const { port, connection } = await givenStream();
  stalledReader(port);
  const stream = await connection;
  // More than the system itself takes for a socket that nobody reads.
  stream.send({ data: 'x'.repeat(16 * 1024 * 1024) });
  const data = 'y'.repeat(1024 - 'data: ""\n\n'.length);
  let sent = 0;
  for (; !stream.closed.aborted && sent < 1_000; sent++) stream.send({ data });
  expect(sent).toBeGreaterThanOrEqual(256);
  expect(sent).toBeLessThanOrEqual(260);
});

test('whoever has more to send waits until the reader has taken what was sent, one after the other', async () => {
  const { port, connection } = await givenStream();
  const socket = stalledReader(port);
  const stream = await connection;
  const large = 'x'.repeat(8 * 1024 * 1024);
  stream.send({ data: large });
  const order: string[] = [];
  const wait = async (name: string, send: boolean) => {
    await stream.room();
    order.push(name);
    if (send) stream.send({ data: large });
  };
  const all = Promise.all([wait('first', true), wait('second', false), wait('third', true)]);
  await new Promise(setImmediate);
  expect(order).toEqual([]);
  socket.resume();
  await all;
  expect(order).toEqual(['first', 'second', 'third']);
});

test('who waits for room is let go when the reader leaves', async () => {
  const { port, connection } = await givenStream();
  const socket = stalledReader(port);
  const stream = await connection;
  stream.send({ data: 'x'.repeat(16 * 1024 * 1024) });
  const room = stream.room();
  expect(room).toBeInstanceOf(Promise);
  socket.destroy();
  await room;
  expect(stream.closed.aborted).toBe(true);
  expect(stream.room()).toBeUndefined();
});

test('a stream on which nothing happens says so at least every 15 s, and first of all when to come back', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const { port, connection } = await givenStream();
    const reading = readWhole(port);
    const stream = await connection;
    for (let passed = 0; passed < 4; passed++) vi.advanceTimersByTime(15_000);
    stream.end();
    const text = await reading;
    expect(text).toMatch(/^retry: 1000\n\n/);
    expect(text.match(/^: .*\n\n/gm)?.length).toBeGreaterThanOrEqual(4);
  } finally {
    vi.useRealTimers();
  }
});
