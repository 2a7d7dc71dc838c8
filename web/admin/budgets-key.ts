/** Queries of budgets and what is used of them. */
export const budgetsKey = ['budgets'];
