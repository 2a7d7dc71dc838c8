import { z } from 'zod';
import { pageQuery, time } from './common.ts';

export const sessionInBin = z.strictObject({
  session_id: z.string(),
  title: z.string(),
  chat_messages: z.number().int(),
  last_activity: time,
  deleted_at: time,
  /** From then on it is deleted for good; null where that is never by itself. */
  kept_until: time.nullable(),
});
export type SessionInBin = z.infer<typeof sessionInBin>;
export const sessionsInBin = z.strictObject({ sessions: z.array(sessionInBin), next_cursor: z.string().nullable() });
export type SessionsInBin = z.infer<typeof sessionsInBin>;
export const sessionBinQuery = z.strictObject(pageQuery);
