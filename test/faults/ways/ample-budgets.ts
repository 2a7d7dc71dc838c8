import { everyoneGroupId } from '../../../src/contract/access.ts';
import type { GivenServer } from '../../given.ts';
import { expectStatus } from './way.ts';

/** Budgets for everybody that nothing done here comes near: so that every kill meets counts and reservations, which verify adds up. */
export async function setAmpleBudgets({ admin }: GivenServer): Promise<void> {
  const limits = { turns_per_day: 1_000_000, tokens_per_day: 1_000_000_000 };
  for (const owner of ['everybody', `group/${everyoneGroupId}`]) {
    expectStatus(await admin.client.put(`/api/admin/budgets/${owner}`, limits), 204);
  }
}
