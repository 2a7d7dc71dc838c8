import { z } from 'zod';
import { byOf } from '../access/actor.ts';
import { listBudgets, putBudget, readSubjectBudget, removeBudget } from '../access/budgets.ts';
import { route } from '../access/route.ts';
import type { Clock } from '../clock.ts';
import { budgetBody, budgetKind, budgetList, subjectBudget } from '../contract/budgets.ts';
import { pageQuery, uuid } from '../contract/common.ts';
import type { Store } from '../store/store.ts';

const tag = 'Administration';
const ofOne = z.strictObject({ kind: budgetKind, subjectId: uuid });
const nobody = { description: 'No such group or no such user' };
const reads = { action: 'admin.budgets.read' } as const;
const writes = { action: 'admin.budgets.write' } as const;

/** The administrators' setting of budgets, and what is used of them today. */
export function adminBudgetRoutes(ports: { store: Store; clock: Clock }) {
  return [
    route({
      method: 'get',
      path: '/api/admin/budgets',
      summary: 'Everybody’s budget, then those of groups and of users by name, with what is used of them today',
      tag,
      access: reads,
      query: z.strictObject(pageQuery),
      answers: { 200: { description: 'A page of budgets', schema: budgetList } },
      handler: async ({ query }) => ({ status: 200, json: await listBudgets(ports, query) }),
    }),
    route({
      method: 'put',
      path: '/api/admin/budgets/everybody',
      summary: 'Set the budget of each user who has none of their own',
      tag,
      access: writes,
      body: budgetBody,
      answers: { 204: { description: 'Set' } },
      async handler({ actor, body }) {
        await putBudget(ports, byOf(actor), { kind: 'everybody' }, body);
        return { status: 204 };
      },
    }),
    route({
      method: 'delete',
      path: '/api/admin/budgets/everybody',
      summary: 'Remove everybody’s budget; again is no error',
      tag,
      access: writes,
      answers: { 204: { description: 'There is none' } },
      async handler({ actor }) {
        await removeBudget(ports, byOf(actor), { kind: 'everybody' });
        return { status: 204 };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/budgets/:kind/:subjectId',
      summary: 'The budget of one group or one user, and what is used today',
      tag,
      access: reads,
      params: ofOne,
      answers: { 200: { description: 'The budget and its usage', schema: subjectBudget }, 404: nobody },
      handler: async ({ params }) => ({ status: 200, json: await readSubjectBudget(ports, params) }),
    }),
    route({
      method: 'put',
      path: '/api/admin/budgets/:kind/:subjectId',
      summary: 'Set the budget of a group (a pool of its members) or of a user (in place of everybody’s)',
      tag,
      access: writes,
      params: ofOne,
      body: budgetBody,
      answers: { 204: { description: 'Set' }, 404: nobody },
      async handler({ actor, params, body }) {
        await putBudget(ports, byOf(actor), params, body);
        return { status: 204 };
      },
    }),
    route({
      method: 'delete',
      path: '/api/admin/budgets/:kind/:subjectId',
      summary: 'Remove the budget of a group or a user; again is no error',
      tag,
      access: writes,
      params: ofOne,
      answers: { 204: { description: 'There is none' }, 404: nobody },
      async handler({ actor, params }) {
        await removeBudget(ports, byOf(actor), params);
        return { status: 204 };
      },
    }),
  ];
}
