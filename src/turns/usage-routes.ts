import { usageOf } from '../access/budgets.ts';
import { route } from '../access/route.ts';
import type { Clock } from '../clock.ts';
import { usageAnswer } from '../contract/budgets.ts';
import type { Store } from '../store/store.ts';

/** What a person's messages may still take today. */
export function usageRoutes(ports: { store: Store; clock: Clock }) {
  return [
    route({
      method: 'get',
      path: '/api/account/usage',
      summary: 'What is left today of each budget that your messages are counted in',
      tag: 'My account',
      access: { action: 'account.read' },
      answers: { 200: { description: 'Your own budget, then those of your groups', schema: usageAnswer } },
      handler: async ({ actor }) => ({ status: 200, json: await usageOf(ports, actor.userId) }),
    }),
  ];
}
