import { decodeJson } from '../json.ts';
import { type Db, first, type Script } from '../script.ts';
import { addJob, unfinishedJobs } from './jobs.ts';

/** The setting that says whose vectors a search uses. */
export const embeddingKey = 'knowledge.embedding';

/** An embedder as it is remembered: `recipe` is what opens it again, without a secret. */
export type StoredEmbedder = { id: string; name: string; recipe: unknown };

/** A search uses the vectors of `serving` until every passage has one of `target`. Both are one but while another embedder takes over. */
export type Embedding = { serving: StoredEmbedder; target: StoredEmbedder };

/** Undefined before there was any embedder. */
export function* storedEmbedding(db: Db): Script<Embedding | undefined> {
  const row = yield* first(db.selectFrom('settings').select('value').where('key', '=', embeddingKey));
  return row && decodeJson<Embedding>(row.value);
}

/** Whose vectors a document has. */
export type MadeVectors = {
  embedders: readonly string[];
  /** Of the job that is added when the wanted one is not among them. */
  jobId: string;
};

/** Sees to it that passages which lack vectors of the wanted embedder get them: it was not there, or another process had another one. */
export function* wantVectors(db: Db, args: { made: MadeVectors; at: string }): Script<void> {
  const embedding = yield* storedEmbedding(db);
  if (!embedding || args.made.embedders.includes(embedding.target.id)) return;
  yield* addEmbedJob(db, { jobId: args.made.jobId, embedder: embedding.target.id, at: args.at });
}

/** One job for an embedder is enough: it goes on until no passage lacks a vector. Index: jobs_unfinished. */
export function* addEmbedJob(db: Db, args: { jobId: string; embedder: string; at: string }): Script<void> {
  const unfinished = yield* first(
    db
      .selectFrom('jobs')
      .select('job_id')
      .where('kind', '=', 'embed')
      .where('state', 'in', unfinishedJobs)
      .where('subject_id', '=', args.embedder)
      .limit(1),
  );
  if (unfinished) return;
  yield* addJob(db, { jobId: args.jobId, kind: 'embed', subjectId: args.embedder, priority: 0, at: args.at });
}
