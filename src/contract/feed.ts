import { z } from 'zod';
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
  model: z.string(),
});
export type ServerStatus = z.infer<typeof serverStatus>;
