import { expect, test } from 'vitest';
import { limits } from '../../src/config.ts';
import { refused } from '../client.ts';
import { sendHalf, underWay } from '../half-sent.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer();

test('a person’s requests under way are bounded, and others notice nothing', async () => {
  const [alice, bob] = [await server().person(), await server().person()];
  const half = () => sendHalf(alice.client, 'POST', '/api/sessions', '{"title":"half"}');
  const halves = await Promise.all(Array.from({ length: limits.maxRequestsPerUser }, half));
  await waitFor('all of them under way', async () => (await underWay(bob.client)) === halves.length);
  const reply = await alice.client.get('/api/sessions');
  refused(reply, 429, 'too_many_requests');
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  expect((await bob.client.post('/api/sessions')).status).toBe(201);
  for (const path of ['/healthz', '/readyz']) expect((await server().anonymous.get(path)).status).toBe(200);

  for (const each of halves) each.destroy();
  await waitFor('the places given back', async () => (await underWay(bob.client)) === 0);
  expect((await alice.client.get('/api/sessions')).status).toBe(200);
  await checkInvariants(server().databasePath);
});
