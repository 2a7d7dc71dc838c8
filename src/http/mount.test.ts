import { EventEmitter } from 'node:events';
import type { Hono } from 'hono';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { noProxies } from '../client-address.ts';
import { createGate } from './gate.ts';
import { mount } from './mount.ts';
import { type PublicRoute, publicRoute, type Route, routeMaker } from './route.ts';

type Person = { id: string };
const quiet = () => undefined;
const answers = { 200: { description: 'Done' } };
const route = routeMaker<Person, string>();

/** Routes served to whoever's token is their id. */
function given(routes: readonly (Route<Person, string> | PublicRoute)[]) {
  const gates = {
    ordinary: createGate({ inAll: 3, perCaller: 2 }),
    long: createGate({ inAll: 3, perCaller: 1 }),
  };
  const app = mount(routes, {
    authenticate: ({ token }) => Promise.resolve({ id: token }),
    isLive: () => Promise.resolve(true),
    admit: () => true,
    actorId: ({ id }) => id,
    observe: quiet,
    admitStream: () => 'all',
    gates,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    publicUrl: new URL('http://127.0.0.1:3000'),
    cookie: 'perdure',
    trustedProxies: noProxies,
    requestDeadlineMs: 40,
  });
  async function call(path: string, { token = 'alice', ...init }: RequestInit & { token?: string } = {}) {
    const outgoing = new EventEmitter();
    const response = await (app as unknown as Hono).request(
      path,
      { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } },
      { incoming: { url: path, socket: { remoteAddress: '127.0.0.1' }, headers: {}, complete: true }, outgoing },
    );
    const { status, headers } = response;
    return { status, headers, json: (await response.json()) as { code?: string }, leave: () => outgoing.emit('close') };
  }
  return { call, gates };
}

const slow = (path: string, more: { unhurried?: 'long' } = {}) => {
  const ended = Promise.withResolvers<void>();
  const made = route({
    method: 'get',
    path,
    tag: 'Test',
    summary: 'Ends when told.',
    access: { action: 'read' },
    answers,
    ...more,
    handler: async () => {
      await ended.promise;
      return { status: 200, json: {} };
    },
  });
  return { route: made, end: ended.resolve };
};

test('a request that is not done within its deadline is answered 503 with Retry-After, whatever it waits for', async () => {
  const { route: hanging } = slow('/hanging');
  const { call } = given([hanging]);
  const reply = await call('/hanging');
  expect([reply.status, reply.json.code]).toEqual([503, 'overloaded']);
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('a call that may be long under way is waited for beyond that', async () => {
  const { route: waiting, end } = slow('/waiting', { unhurried: 'long' });
  const { call } = given([waiting]);
  setTimeout(end, 120);
  expect((await call('/waiting')).status).toBe(200);
});

const atOnce = () => Promise.resolve({ status: 200, json: {} });
const at = (path: string) => ({
  method: 'get' as const,
  path,
  tag: 'Test',
  summary: 'Answers at once.',
  answers,
  handler: atOnce,
});

test('a body that does not arrive within the deadline is refused, for a long call too', async () => {
  const body = z.object({ text: z.string() });
  const facts = { method: 'post', tag: 'Test', summary: 'Takes a body.', answers, body } as const;
  const { call } = given([
    route({ ...facts, path: '/short', access: { action: 'write' }, handler: atOnce }),
    route({ ...facts, path: '/long', access: { action: 'write' }, unhurried: 'long', handler: atOnce }),
  ]);
  for (const path of ['/short', '/long']) {
    const half = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"te')) });
    const init: RequestInit = { method: 'POST', body: half, duplex: 'half' };
    const reply = await call(path, init);
    expect([reply.status, reply.json.code]).toEqual([400, 'bad_request']);
  }
});

test('places are counted for each person and in all until the answer has left; probes of health need none', async () => {
  const { call, gates } = given([
    route({ ...at('/quick'), access: { action: 'read' } }),
    publicRoute({ ...at('/healthz'), access: 'public' }),
  ]);
  const [first, second] = [await call('/quick'), await call('/quick')];
  const third = await call('/quick');
  expect([first.status, second.status, third.status, third.json.code]).toEqual([200, 200, 429, 'too_many_requests']);
  third.leave();
  const other = await call('/quick', { token: 'bob' });
  const full = await call('/quick', { token: 'carol' });
  expect([other.status, full.status, full.json.code]).toEqual([200, 503, 'overloaded']);
  for (const reply of [third, full]) expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await call('/healthz')).status).toBe(200);
  for (const reply of [first, second, other]) reply.leave();
  expect(gates.ordinary.count).toBe(0);
  expect((await call('/quick')).status).toBe(200);
});
