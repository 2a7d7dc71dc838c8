import { z } from 'zod';
import { serverStatus } from './feed.ts';

/** What turns text into vectors here, as the environment sets it, and how it does. No key and no folder is in it. */
export const embedderSettings = z.strictObject({
  kind: z.enum(['built_in', 'endpoint', 'folder']),
  ...serverStatus.pick({
    embedder: true,
    embedder_detail: true,
    embedder_name: true,
    mode: true,
    embedding: true,
    search_in: true,
    reranker: true,
    reranker_detail: true,
    reranker_name: true,
  }).shape,
  /** Of an endpoint: where it is, and whether a key is sent. */
  base_url: z.string().nullable(),
  has_key: z.boolean(),
  /** How many numbers a vector has; null until it was opened. */
  dimensions: z.int().nullable(),
});
export type EmbedderSettings = z.infer<typeof embedderSettings>;

export const testedEmbedder = z.strictObject({
  duration_ms: z.int(),
  is_working: z.boolean(),
  /** A sentence for people. */
  message: z.string(),
});
export type TestedEmbedder = z.infer<typeof testedEmbedder>;
