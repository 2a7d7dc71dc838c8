import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { cancelJobs, endJob, heldSubject, type JobHold, noteJobProgress } from './jobs.ts';
import { bumpKnowledge, knowledgeRevisionKey } from './knowledge-index.ts';
import { putVectors, type VectorRow } from './knowledge-ingest.ts';
import { storeSetting } from './settings.ts';
import { addEmbedJob, type Embedding, embeddingKey, type StoredEmbedder, storedEmbedding } from './want-vectors.ts';

/** Says which embedder is wanted from now on. Another than the one that serves takes over when every passage has its vectors; one that was on
 *  its way is given up, and what serves already is taken back at once.
 *  @returns which serves and which is wanted */
export const wantEmbedder = command(
  ['knowledge', 'jobs'],
  function* (
    db: Db,
    args: {
      embedder: StoredEmbedder;
      /** Whether it may take over from another that is wanted: a start decides that, and not an endpoint that answers again. */
      isNewlySet: boolean;
      /** Whether some passage has no vector of it. */
      lacksVectors: boolean;
      jobId: string;
      at: string;
    },
  ): Script<Embedding> {
    const { embedder, at } = args;
    const before = yield* storedEmbedding(db);
    if (before && before.target.id !== embedder.id && !args.isNewlySet) return before;
    const isServing = before === undefined || before.serving.id === embedder.id;
    const embedding: Embedding = { serving: isServing ? embedder : before.serving, target: embedder };
    if (before && before.target.id !== embedder.id) yield* cancelJobs(db, { subjectId: before.target.id, at });
    if (encodeJson(embedding) !== encodeJson(before ?? null)) {
      yield* storeSetting(db, { key: embeddingKey, value: embedding, at });
    }
    if (args.lacksVectors || !isServing) yield* addEmbedJob(db, { jobId: args.jobId, embedder: embedder.id, at });
    return embedding;
  },
);

/** Stores vectors of a held job's embedder for passages that lack them. A passage that is gone meanwhile gets none. False: the job is
 *  lost. */
export const storeMissingVectors = command(
  [],
  function* (
    db: Db,
    args: {
      hold: JobHold;
      vectors: readonly VectorRow[];
      /** Whether a search is to find by them now; else when the job is finished. */
      isShown: boolean;
      at: string;
    },
  ): Script<boolean> {
    const embedder = yield* heldSubject(db, args.hold);
    if (embedder === undefined) return false;
    yield* putVectors(db, { embedder, vectors: args.vectors });
    yield* noteJobProgress(db, args.hold);
    if (args.isShown) yield* bumpKnowledge(db, args.at);
    return true;
  },
);

/** Ends a held job whose embedder has a vector of every passage, and from this commit on that embedder serves.
 *  @param args.revision  the counter of what a search finds, 0 where there is none, read before it was seen that nothing is missing
 *  @returns `again` when something was added since, `lost` when the job is somebody else's or another embedder is wanted */
export const finishEmbedding = command(
  ['knowledge', 'jobs'],
  function* (db: Db, args: { hold: JobHold; revision: number; at: string }): Script<'done' | 'again' | 'lost'> {
    const embedder = yield* heldSubject(db, args.hold);
    const embedding = yield* storedEmbedding(db);
    if (embedder === undefined || embedding?.target.id !== embedder) return 'lost';
    const counter = yield* first(db.selectFrom('settings').select('value').where('key', '=', knowledgeRevisionKey));
    if ((counter?.value ?? '0') !== String(args.revision)) return 'again';
    const served: Embedding = { serving: embedding.target, target: embedding.target };
    yield* storeSetting(db, { key: embeddingKey, value: served, at: args.at });
    yield* endJob(db, { hold: args.hold, end: { state: 'done' }, at: args.at });
    yield* bumpKnowledge(db, args.at);
    return 'done';
  },
);

/** Ends a held job without success, or puts it back for later. False: the job is lost. */
export const failEmbedding = command(
  ['jobs'],
  function* (db: Db, args: { hold: JobHold; code: string; retryAt?: string; at: string }): Script<boolean> {
    if ((yield* heldSubject(db, args.hold)) === undefined) return false;
    const { retryAt: notBefore, code: error } = args;
    const end =
      notBefore === undefined
        ? ({ state: 'failed', error } as const)
        : ({ state: 'queued', error, notBefore } as const);
    yield* endJob(db, { hold: args.hold, end, at: args.at });
    return true;
  },
);

/** Removes a bounded part of the vectors of embedders that neither serve nor are wanted. Index: passage_vectors_embedder. */
export const dropOldVectors = command([], function* (db: Db, args: { maxRows: number }): Script<{ more: boolean }> {
  const embedding = yield* storedEmbedding(db);
  if (!embedding) return { more: false };
  const old = yield* firstOther(db, new Set([embedding.serving.id, embedding.target.id]));
  if (old === undefined) return { more: false };
  const rows = yield* all(
    db.selectFrom('passage_vectors').select('rowid').where('embedder', '=', old).limit(args.maxRows),
  );
  const rowids = rows.map(({ rowid }) => rowid);
  yield* run(db.deleteFrom('passage_vectors').where('embedder', '=', old).where('rowid', 'in', rowids));
  return { more: true };
});

/** Steps over the kept ones by the index: there are few embedders and many vectors. */
function* firstOther(db: Db, kept: ReadonlySet<string>): Script<string | undefined> {
  for (let after = ''; ; ) {
    const next = yield* first(
      db.selectFrom('passage_vectors').select('embedder').where('embedder', '>', after).orderBy('embedder').limit(1),
    );
    if (!next || !kept.has(next.embedder)) return next?.embedder;
    after = next.embedder;
  }
}
