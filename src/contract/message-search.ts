import { z } from 'zod';
import { time } from './common.ts';

export const messageSearchQuery = z.strictObject({
  /** All words are looked for, the last one by its beginning. */
  q: z.string().trim().min(1).max(200),
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(400).optional(),
});

/** A message that was found. Of a person the `role` is `user`, of a final answer `assistant`. */
export const foundMessage = z.strictObject({
  session_id: z.string(),
  title: z.string(),
  last_activity: time,
  turn_id: z.string(),
  seq: z.number().int(),
  role: z.enum(['user', 'assistant']),
  at: time,
  /** A piece of the message around what was found, as plain text, and where in it that is: UTF-16 offsets, in order and apart. */
  snippet: z.string(),
  marks: z.array(z.strictObject({ start: z.number().int(), end: z.number().int() })),
});
export type FoundMessage = z.infer<typeof foundMessage>;

export const messageSearch = z.strictObject({
  messages: z.array(foundMessage),
  next_cursor: z.string().nullable(),
  /** False while messages from before are still being read in: there may be more than was found. */
  is_complete: z.boolean(),
});
export type MessageSearch = z.infer<typeof messageSearch>;
