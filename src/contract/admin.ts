import { z } from 'zod';
import { pageQuery, time, uuid } from './common.ts';
import { turnState } from './events.ts';
import { history } from './sessions.ts';

export const adminSessionRow = z.strictObject({
  session_id: z.string(),
  /** Empty for a session kept for a foreign ADK program: it has no owner here. */
  username: z.string(),
  created_at: time,
  last_activity: time,
  chat_messages: z.number().int(),
  user_queries: z.number().int(),
  agent_id: z.string(),
  agent_name: z.string(),
  title: z.string(),
  is_active: z.boolean(),
  running: z.boolean(),
  /** The state of its newest turn; null while nothing was asked. */
  newest_turn: turnState.nullable(),
  /** When its owner brought it back from an export: what it says was not said here. Null for a session made here. */
  imported_at: time.nullable(),
  /** When it is erased by itself; missing in a session that is kept. */
  temporary_until: time.optional(),
  rev: z.number().int(),
});
export type AdminSessionRow = z.infer<typeof adminSessionRow>;

/** `running`: a turn is being answered; `waiting`: one waits, in the queue or for an approval; `failed`: the newest turn gave no answer;
 *  `archived` by its owner. None of these is deleted. */
export const adminSessionStatus = z.enum([
  'active',
  'inactive',
  'deleted',
  'all',
  'running',
  'waiting',
  'failed',
  'archived',
]);
export type AdminSessionStatus = z.infer<typeof adminSessionStatus>;
export const adminSessionSort = z.enum(['last_activity', 'created_at', 'chat_messages']);
export type AdminSessionSort = z.infer<typeof adminSessionSort>;
const filters = {
  q: z.string().max(200).optional().meta({
    description: 'Part of a title or of a username, or a session id from its beginning, at least eight characters',
  }),
  username: z.string().max(64).optional(),
  agent_id: z.string().max(100).optional(),
  status: adminSessionStatus.optional(),
  sort: adminSessionSort.optional(),
};
export const adminSessionsQuery = z.strictObject({ ...pageQuery, ...filters });
/** The list as a file: all that fits, in its order. */
export const adminSessionsExportQuery = z.strictObject(filters);
export type AdminSessionsQuery = z.infer<typeof adminSessionsQuery>;
export const adminSessions = z.array(adminSessionRow);

/** The first frame of the administrator's stream, and the one after every cut. */
export const adminSessionsSnapshot = z.strictObject({
  as_of: time,
  sessions: adminSessions,
  /** Exact to 10,000 when filtered; unfiltered totals are always exact. */
  total: z.number().int(),
  total_exceeded: z.boolean(),
  next_cursor: z.string().nullable(),
});
export type AdminSessionsSnapshot = z.infer<typeof adminSessionsSnapshot>;
export const adminSessionGone = z.strictObject({ session_id: z.string() });

export const invalidateBody = z
  .strictObject({ session_ids: z.array(uuid).max(1000).optional(), username: z.string().max(64).optional() })
  .refine((body) => body.session_ids !== undefined || body.username !== undefined, 'Give session_ids or username.');
export const invalidateAnswer = z.strictObject({ invalidated: z.number().int() });

/** How many turns of the session, running or queued, were stopped. */
export const stopSessionAnswer = z.strictObject({ stopped: z.number().int().min(0) });

/** Why an administrator reads what was said: stored, and shown to the session's members. */
export const readContentBody = z.strictObject({ reason: z.string().trim().min(10).max(500) });
export const sessionContent = z.strictObject({
  session_id: z.string(),
  username: z.string(),
  title: z.string(),
  /** Questions and final answers, oldest first. */
  messages: history.shape.chat_history,
});
export type SessionContent = z.infer<typeof sessionContent>;
