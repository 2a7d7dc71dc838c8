import type { Migration } from './migration.ts';

/** A passage may have a vector of each of two embedders, while one takes over from the other; what a run of an evaluation was reranked by.
 *  Every vector there is was made by the built-in embedder, which goes on serving until another's are complete. */
export const embedders: Migration = {
  id: 21,
  name: 'embedders',
  statements: ({ bigint, bytes }) => [
    `create table passage_vectors_copy (
      rowid ${bigint} not null, corpus_id text not null, embedder text not null, vector ${bytes} not null,
      primary key (rowid, embedder))`,
    `insert into passage_vectors_copy (rowid, corpus_id, embedder, vector)
      select rowid, corpus_id, embedder, vector from passage_vectors order by rowid`,
    `drop table passage_vectors`,
    `alter table passage_vectors_copy rename to passage_vectors`,
    `create index passage_vectors_embedder on passage_vectors (embedder)`,
    `insert into settings (key, value, updated_at)
      select 'knowledge.embedding', '{"serving":${builtIn},"target":${builtIn}}', '2026-11-27T00:00:00.000Z'
      where exists (select 1 from passage_vectors)`,
    `alter table evaluation_runs add column reranker text`,
  ],
};

const builtIn = '{"id":"all-minilm-l6-v2-int8-v1","name":"all-MiniLM-L6-v2 (built in)","recipe":{"kind":"built_in"}}';
