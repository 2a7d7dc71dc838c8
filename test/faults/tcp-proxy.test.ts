import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../wait-for.ts';
import { TcpProxy, type Weather } from './tcp-proxy.ts';

const said = 'a€b€c';

/** A server that answers each connection with the same bytes and ends, seen through a proxy. */
async function given(weather?: Weather) {
  const server = createServer((socket) => socket.once('data', () => socket.end(said)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await TcpProxy.start(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), weather);
  onTestFinished(async () => {
    await proxy.close();
    server.close();
  });
  const ask = async () => {
    const socket = connect(Number(proxy.url.port), proxy.url.hostname);
    socket.write('ask');
    const bytes: Buffer[] = [];
    for await (const chunk of socket) bytes.push(chunk);
    return Buffer.concat(bytes);
  };
  return { proxy, ask };
}

test('passes everything on in fair weather, also to the end when it is slow', async () => {
  const { proxy, ask } = await given();
  expect((await ask()).toString()).toBe(said);
  proxy.weather = { delayMs: 60 };
  const askedAt = performance.now();
  expect((await ask()).toString()).toBe(said);
  expect(performance.now() - askedAt).toBeGreaterThan(100);
});

test('cuts after so many bytes, and on wish only inside a character', async () => {
  const { proxy, ask } = await given({ cutAfter: () => ({ bytes: 1 }) });
  expect(await ask()).toHaveLength(1);
  proxy.weather = { cutAfter: () => ({ bytes: 1, inCharacter: true }) };
  expect(await ask()).toHaveLength(2);
  proxy.weather = { cutAfter: () => ({ bytes: 4, inCharacter: true }) };
  expect(await ask()).toHaveLength(6);
  expect(proxy).toMatchObject({ cuts: 3, cutsInCharacter: 2 });
});

test('what is asked decides where it cuts', async () => {
  const { ask } = await given({ cutAfter: (asked) => (asked === 'ask' ? undefined : { bytes: 1 }) });
  expect((await ask()).toString()).toBe(said);
});

test('refuses', async () => {
  const { proxy, ask } = await given({ refuses: true });
  await expect(ask()).rejects.toThrow('ECONNRESET');
  expect(proxy.refused).toBe(1);
});

test('half-open, a connection stays and says nothing, also when the weather is fair again', async () => {
  const { proxy } = await given({ isHalfOpen: true });
  const socket = connect(Number(proxy.url.port), proxy.url.hostname);
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes.toString();
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write('ask');
  await waitFor('bytes are lost', () => proxy.lost === 1);
  proxy.weather = {};
  socket.write('ask');
  await waitFor('all is written', () => socket.writableLength === 0);
  proxy.cutAll();
  await closed;
  expect(heard).toBe('');
});
