import { z } from 'zod';
import { time, uuid } from './common.ts';

/** A limit that is null is none. */
const limits = {
  turns_per_day: z.number().int().min(1).max(1_000_000_000).nullable(),
  tokens_per_day: z.number().int().min(1).max(1_000_000_000_000).nullable(),
};
export const budgetBody = z.strictObject(limits);
export type BudgetLimits = z.infer<typeof budgetBody>;

/** Whom a budget of its own can be for, beside everybody. */
export const budgetKind = z.enum(['group', 'user']);
export type BudgetKind = z.infer<typeof budgetKind>;

const day = z.iso.date().meta({ description: 'The day in UTC', example: '2026-11-26' });
const count = z.number().int().min(0);
/** When the day ends, and every budget is whole again. */
const today = { day, renews_at: time };

export const budget = z.strictObject({
  kind: budgetKind,
  subject_id: uuid,
  /** The group's name, or the username. */
  name: z.string(),
  ...limits,
  turns_used: count,
  tokens_used: count,
  /** What answers under way are reckoned to take. */
  tokens_reserved: count,
  updated_at: time,
});
export type Budget = z.infer<typeof budget>;

export const budgetList = z.strictObject({
  ...today,
  /** Of each user who has none of their own. */
  everybody: budgetBody.nullable(),
  /** Groups by name, then users by name. */
  budgets: z.array(budget),
  next_cursor: z.string().nullable(),
});
export type BudgetList = z.infer<typeof budgetList>;

const usage = z.strictObject({
  limit: z.number().int().min(1).nullable(),
  used: count,
  /** Null where there is no limit. */
  left: count.nullable(),
});

/** A budget that a person's messages are counted in. */
export const budgetUsage = z.strictObject({
  /** `user`: their own; `group`: shared with everybody in the group. */
  kind: budgetKind,
  group_id: uuid.nullable(),
  group_name: z.string().nullable(),
  turns: usage,
  /** `used` holds what answers under way are reckoned to take. */
  tokens: usage,
});
export type BudgetUsage = z.infer<typeof budgetUsage>;
export const usageAnswer = z.strictObject({ ...today, budgets: z.array(budgetUsage) });
export type UsageAnswer = z.infer<typeof usageAnswer>;

/** What one group or one user has, and what is used of it today. */
export const subjectBudget = z.strictObject({
  ...today,
  /** What was set for this very one; null for none. */
  own: budgetBody.nullable(),
  /** Those it is counted in: of a user also everybody's and those of their groups. */
  budgets: z.array(budgetUsage),
});
export type SubjectBudget = z.infer<typeof subjectBudget>;

/** The day a time is on, in UTC. */
export function budgetDay(at: string): string {
  return at.slice(0, 'YYYY-MM-DD'.length);
}

/** The midnight UTC that ends a time's day. */
export function renewsAt(at: string): string {
  const midnight = new Date(`${budgetDay(at)}T00:00:00.000Z`);
  midnight.setUTCDate(midnight.getUTCDate() + 1);
  return midnight.toISOString();
}

/** Whole seconds from a time to the next midnight UTC, at least 1. */
export function secondsUntilRenewal(at: string): number {
  return Math.ceil((Date.parse(renewsAt(at)) - Date.parse(at)) / 1_000);
}
