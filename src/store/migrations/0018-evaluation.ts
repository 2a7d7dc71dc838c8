import type { Migration } from './migration.ts';

/** The questions by which the curators of a corpus measure its search, the documents that answer them, and what was measured. */
export const evaluation: Migration = {
  id: 18,
  name: 'evaluation',
  statements: ({ autoId }) => [
    `create table evaluation_questions (
      position ${autoId}, id text not null unique, corpus_id text not null references corpora (id), question text not null,
      question_key text not null, created_by text, created_at text not null)`,
    `create unique index evaluation_questions_corpus on evaluation_questions (corpus_id, question_key)`,
    `create index evaluation_questions_author on evaluation_questions (created_by, id)`,
    `create table evaluation_expected (
      question_id text not null references evaluation_questions (id), document_id text not null references documents (id),
      gain real not null check (gain > 0), primary key (question_id, document_id))`,
    `create table evaluation_runs (
      position ${autoId}, id text not null unique, corpus_id text not null references corpora (id), run_by text,
      started_at text not null, ended_at text not null, mode text not null check (mode in ('hybrid', 'lexical')), embedder text,
      documents integer not null, passages integer not null, questions integer not null, ndcg real not null, recall real not null,
      reciprocal_rank real not null, hit1 real not null, hit3 real not null, results text not null)`,
    `create index evaluation_runs_corpus on evaluation_runs (corpus_id, position)`,
    `create index evaluation_runs_person on evaluation_runs (run_by)`,
  ],
};
