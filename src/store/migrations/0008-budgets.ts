import type { Migration } from './migration.ts';

/** Budgets, what of them is used on each day, and what each turn was charged: nothing is written here for a turn that no budget is for. */
export const budgets: Migration = {
  id: 8,
  name: 'budgets',
  statements: ({ bigint }) => [
    `create table budgets (
      kind text not null check (kind in ('everybody', 'group', 'user')), subject_id text not null,
      turns_per_day ${bigint} check (turns_per_day > 0), tokens_per_day ${bigint} check (tokens_per_day > 0),
      updated_at text not null, primary key (kind, subject_id))`,
    `create table budget_usage (
      day text not null, kind text not null check (kind in ('group', 'user')), subject_id text not null,
      turns ${bigint} not null, tokens ${bigint} not null, reserved_tokens ${bigint} not null,
      primary key (day, kind, subject_id))`,
    `create table budget_charges (
      turn_id text not null, attempt integer not null, kind text not null, subject_id text not null, day text not null,
      turns integer not null, tokens ${bigint} not null, reserved_tokens ${bigint} not null,
      primary key (turn_id, attempt, kind, subject_id))`,
  ],
};
