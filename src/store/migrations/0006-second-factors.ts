import type { Migration } from './migration.ts';

/** A second factor of a user is on once it is confirmed. A login that is `limited_to` something reaches that alone. */
export const secondFactors: Migration = {
  id: 6,
  name: 'second-factors',
  statements: ({ bigint }) => [
    `create table second_factors (
      user_id text primary key references users (id), secret text not null, last_step ${bigint} not null default 0,
      created_at text not null, confirmed_at text)`,
    `create table recovery_codes (
      user_id text not null references users (id), code_hash text not null, used_at text,
      primary key (user_id, code_hash))`,
    `alter table login_tokens add column limited_to text check (limited_to = 'enrolment')`,
  ],
};
