import type { Migration } from './migration.ts';

/** Finds the oldest charges, which go when nobody asks for their day any more. */
export const budgetDays: Migration = {
  id: 13,
  name: 'budget-days',
  statements: () => [`create index budget_charges_day on budget_charges (day)`],
};
