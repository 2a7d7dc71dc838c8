import { expect, test } from 'vitest';
import { GivenServer } from '../../given.ts';
import { RequestWorld } from './request-world.ts';

test('the world of generated requests goes on after a request gave everybody a budget', async () => {
  await using server = await GivenServer.start({});
  await using world = await RequestWorld.make(server);
  const limits = { turns_per_day: 1, tokens_per_day: null };
  const set = await server.admin.client.put('/api/admin/budgets/everybody', limits);
  expect(set.status).toBe(204);
  // The first takes what there is.
  await world.renew();
  await world.renew();
});
