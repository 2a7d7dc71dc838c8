import type { Migration } from './migration.ts';

/** Counts of use by day, kept with every turn that ends: see `usage/usage-sql.ts`. The groups of a turn's author at the time stand with the
 *  turn, because who is in a group changes; of turns from before they are not known. */
export const usage: Migration = {
  id: 45,
  name: 'usage',
  statements: ({ bigint, countsUsage }) => {
    const key = `kind text not null check (kind in ('all', 'agent', 'group', 'corpus')), day text not null, subject_id text not null`;
    const gone = 'gone integer not null check (gone in (0, 1))';
    const counts = (names: readonly string[]) => names.map((name) => `${name} ${bigint} not null`).join(', ');
    const days = [
      'turns',
      'sessions',
      'answered',
      'stopped',
      'uncited',
      'searches',
      'empty_searches',
      'liked',
      'disliked',
    ];
    return [
      `alter table turns add column usage_groups text not null default ''`,
      `create table usage_days (${key}, ${gone}, ${counts(days)}, primary key (kind, day, subject_id, gone))`,
      `create table usage_tokens (${key}, model text not null, ${gone}, ${counts(['input_tokens', 'output_tokens'])},
        primary key (kind, day, subject_id, model, gone))`,
      `create table usage_latencies (${key}, measure text not null check (measure in ('first_text', 'answer')),
        bucket integer not null, ${gone}, ${counts(['turns'])}, primary key (kind, day, subject_id, measure, bucket, gone))`,
      `create table usage_people (${key}, user_id text not null, primary key (kind, day, subject_id, user_id))`,
      ...countsUsage,
    ];
  },
};
