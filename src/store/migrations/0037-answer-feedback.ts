import type { Migration } from './migration.ts';

/** What people think of answers: one opinion of each person on each turn. */
export const answerFeedback: Migration = {
  id: 37,
  name: 'answer-feedback',
  statements: () => [
    `create table answer_feedback (
      session_id text not null references user_sessions (session_id), turn_id text not null references turns (turn_id),
      user_id text not null references users (id), rating text not null check (rating in ('up', 'down')),
      reason text not null, created_at text not null, updated_at text not null,
      primary key (session_id, turn_id, user_id))`,
    `create index answer_feedback_user on answer_feedback (user_id, turn_id)`,
  ],
};
