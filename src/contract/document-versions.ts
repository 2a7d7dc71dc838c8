import { z } from 'zod';
import { time } from './common.ts';

export const replaceAnswer = z.strictObject({
  document_id: z.string(),
  /** That is read from the file. */
  version: z.number().int(),
  /** `version` has these bytes already: nothing was stored. */
  duplicate: z.literal(true).optional(),
});

/** `current`: what the document is now; `queued`, `parsing`, `embedding`, `failed`: the next one; `old`: one that was replaced. */
export const versionState = z.enum(['current', 'queued', 'parsing', 'embedding', 'failed', 'old']);

/** One version of a document. */
export const documentVersion = z.strictObject({
  version: z.number().int(),
  state: versionState,
  /** What it came from: the document was added, another original was given, its address was fetched again, or the same was read again. */
  how: z.enum(['added', 'replaced', 'fetched', 'read_again']),
  at: time,
  /** Username, for whoever may curate the corpus; null for the server itself and for somebody who is erased. */
  by: z.string().nullable().optional(),
  title: z.string(),
  filename: z.string(),
  media_type: z.string(),
  bytes: z.number().int(),
  passages: z.number().int(),
  /** Whether its text, and its original, can be opened. */
  has_text: z.boolean(),
  has_original: z.boolean(),
});
export type DocumentVersion = z.infer<typeof documentVersion>;
/** Newest first. An old version that nobody cites is not kept. */
export const documentVersions = z.strictObject({
  versions: z.array(documentVersion),
  next_cursor: z.string().nullable(),
});
export type DocumentVersions = z.infer<typeof documentVersions>;
