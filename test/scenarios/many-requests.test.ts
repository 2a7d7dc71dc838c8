import { createConnection, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { limits } from '../../src/config.ts';
import { refused } from '../client.ts';
import type { Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer();

/** A request whose body stops half-way, so that it stays under way. */
function sendHalf(person: Person): Socket {
  const { hostname, port } = server().url;
  const socket = createConnection({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  const head = [
    'POST /api/sessions HTTP/1.1',
    `Host: ${hostname}`,
    `Authorization: Bearer ${person.client.token}`,
    'Content-Type: application/json',
    'Content-Length: 100',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n{"title": "half`);
  return socket;
}

async function underWay(): Promise<number> {
  const { text } = await server().anonymous.get('/metrics');
  return Number(/^perdure_requests_under_way (\d+)$/m.exec(text)?.[1]);
}

test('a person’s requests under way are bounded, and others notice nothing', async () => {
  const [alice, bob] = [await server().person(), await server().person()];
  const halves = Array.from({ length: limits.maxRequestsPerUser }, () => sendHalf(alice));
  await waitFor('all of them under way', async () => (await underWay()) === halves.length);
  const reply = await alice.client.get('/api/sessions');
  refused(reply, 429, 'too_many_requests');
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  expect((await bob.client.post('/api/sessions')).status).toBe(201);
  for (const path of ['/healthz', '/readyz']) expect((await server().anonymous.get(path)).status).toBe(200);

  for (const socket of halves) socket.destroy();
  await waitFor('the places given back', async () => (await underWay()) === 0);
  expect((await alice.client.get('/api/sessions')).status).toBe(200);
  await checkInvariants(server().databasePath);
});
