import { z } from 'zod';
import { searchMode } from './documents.ts';
import { sessionRow } from './sessions.ts';

/** Events of `GET /api/feed`, by SSE event name. A session's own events come unnamed, as on its own stream, with `cursor` beside them. */
export const feedRow = sessionRow;
export const feedGone = z.strictObject({ session_id: z.string() });
/** Sent when a cursor named in the request is not known: the client loads the snapshot again. */
export const reset = z.strictObject({ session_id: z.string(), seq: z.number().int() });
/** The state of the answering machine that a page shows: which embedder and which model serve. */
export const serverStatus = z.strictObject({
  embedder: z.enum(['loading', 'ready', 'unavailable']),
  embedder_detail: z.string(),
  /** What people call it. */
  embedder_name: z.string(),
  /** How a search goes now: `partial` by the meaning of those passages alone that another embedder has come to. */
  mode: searchMode,
  /** How many passages have a vector of the embedder, of how many; null when all have. */
  embedding: z.strictObject({ done: z.number().int(), total: z.number().int() }).nullable(),
  /** Where a search looks: for words always in this process's memory; for vectors there too, or in the database by an index of pgvector.
   *  `detail` is the version of pgvector, or why memory serves where the database was to; empty when there is nothing to say. */
  search_in: z.strictObject({
    vectors: z.enum(['memory', 'pgvector']),
    passages: z.number().int(),
    detail: z.string(),
  }),
  /** What puts the best passages in order, `none` where none is set. */
  reranker: z.enum(['none', 'loading', 'ready', 'unavailable']),
  reranker_detail: z.string(),
  reranker_name: z.string(),
  model: z.string(),
});
export type ServerStatus = z.infer<typeof serverStatus>;
