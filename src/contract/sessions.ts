import { z } from 'zod';
import { pageQuery, time, uuid } from './common.ts';
import { citation, sessionEvent, turnState } from './events.ts';
import { sessionTags } from './session-tags.ts';
import { sharing } from './sharing.ts';

export const agentRef = z.strictObject({ id: z.string(), name: z.string() });

/** What stands in a session's `corpora` where its agent's are none that the person may search: nothing is searched until they choose. No
 *  corpus has this id. */
export const noCorpus = '00000000-0000-0000-0000-000000000000';

export const session = z.strictObject({
  session_id: z.string(),
  username: z.string(),
  created_at: time,
  last_activity: time,
  title: z.string(),
  agent: agentRef,
  corpora: z.array(z.string()),
  chat_messages: z.number().int(),
  user_queries: z.number().int(),
  is_active: z.boolean(),
  archived: z.boolean(),
  pinned: z.boolean(),
  last_seq: z.number().int(),
  /** When its owner brought it back from an export; null for a session made here. */
  imported_at: time.nullable(),
  /** When it is erased by itself, for good; missing in a session that is kept. */
  temporary_until: time.optional(),
  /** Until when the rules keep it if nothing more is said in it; missing where none takes it. */
  kept_until: time.optional(),
  /** What its owner tagged it with; missing where that is nothing. */
  tags: z.array(z.string().max(40)).max(20).optional(),
  /** Missing in a session that nobody is let into but its owner. */
  sharing: sharing.optional(),
});
export type Session = z.infer<typeof session>;

/** A session in a list: `rev` grows with every change, `running` says whether a turn is under way. */
export const sessionRow = z.strictObject({ ...session.shape, running: z.boolean(), rev: z.number().int() });
export type SessionRow = z.infer<typeof sessionRow>;

const title = z.string().trim().min(1).max(200);
/** Corpora by name or id. */
const corpora = z.array(z.string().min(1).max(200)).max(50);

export const createSessionBody = z.strictObject({
  agent_id: z.string().max(100).optional(),
  title: title.optional(),
  corpora: corpora.optional(),
  /** It is erased after a day, or as long as the rule for temporary sessions says, and no search finds it. */
  temporary: z.boolean().optional(),
});
export const patchSessionBody = z.strictObject({
  title: title.optional(),
  agent_id: z.string().max(100).optional(),
  corpora: corpora.optional(),
  archived: z.boolean().optional(),
  pinned: z.boolean().optional(),
  /** Replaces those it has. */
  tags: sessionTags.optional(),
});
export const sessionListQuery = z.strictObject({
  ...pageQuery,
  q: z.string().max(200).optional(),
  /** Sessions with this tag, as it is written. */
  tag: z.string().max(40).optional(),
});
export const sessionList = z.strictObject({ sessions: z.array(sessionRow), next_cursor: z.string().nullable() });
export type SessionList = z.infer<typeof sessionList>;

/** A message's bound: 64,000 UTF-16 units. */
export const messageText = z
  .string()
  .min(1)
  .max(64_000)
  .refine((text) => text.trim() !== '', 'Write a message.');

export const postTurnBody = z.strictObject({
  client_turn_id: uuid,
  text: messageText,
  corpora: corpora.optional(),
  parent_turn_id: uuid.optional(),
  replaces_turn_id: uuid.optional(),
});
export type PostTurnBody = z.infer<typeof postTurnBody>;

export const turnAnswer = z.strictObject({
  turn_id: z.string(),
  session_id: z.string(),
  seq: z.number().int(),
  state: turnState,
});
export type TurnAnswer = z.infer<typeof turnAnswer>;
export const stopAnswer = z.strictObject({ turn_id: z.string(), state: turnState });

export const forkBody = z.strictObject({
  /** The last turn that the new session begins with. */
  turn_id: uuid,
  /** The same id again gives the same session. */
  client_fork_id: uuid,
});

export const eventsQuery = z.strictObject({
  after: z.string().max(200).optional(),
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
});
export const eventPage = z.strictObject({
  events: z.array(sessionEvent),
  last_seq: z.number().int(),
  has_more: z.boolean(),
});

export const turn = z.strictObject({
  turn_id: z.string(),
  turn_no: z.number().int(),
  client_turn_id: z.string(),
  author_user_id: z.string(),
  state: turnState,
  attempt: z.number().int(),
  parent_turn_id: z.string().nullable(),
  replaces_turn_id: z.string().nullable(),
  created_at: time,
});
export type Turn = z.infer<typeof turn>;

/** The text of the step under way, as journaled so far. */
export const runningStep = z.strictObject({
  turn_id: z.string(),
  turn_no: z.number().int(),
  attempt: z.number().int(),
  step: z.number().int(),
  text: z.string(),
});

/** What a view needs, and the position it reflects: the newest turns whole, their events, the running step's text. */
export const snapshot = z.strictObject({
  session,
  turns: z.array(turn),
  events: z.array(sessionEvent),
  running: runningStep.optional(),
  /** The log's position this snapshot reflects. */
  seq: z.number().int(),
  /** Where a stream goes on from here. */
  cursor: z.string(),
  /** True when older turns exist than the ones sent. */
  has_more: z.boolean(),
});
export type Snapshot = z.infer<typeof snapshot>;
export const snapshotQuery = z.strictObject({ turns: z.coerce.number().int().min(1).max(200).optional() });

export const chatBody = z.strictObject({
  message: messageText,
  corpora: corpora.optional(),
  client_turn_id: uuid.optional(),
});
export const chatAnswer = z.strictObject({
  response: z.string(),
  timestamp: time,
  session_id: z.string(),
  turn_id: z.string(),
  citations: z.array(citation),
});
export const history = z.strictObject({
  chat_history: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.string(), timestamp: time })),
});

export const agent = z.strictObject({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  model: z.string(),
  /** Ids of the corpora that sessions with it begin with, of those I may search. */
  default_corpora: z.array(z.string()),
  /** The one that my sessions begin with where I name none. */
  is_default: z.boolean(),
});
export const agentList = z.strictObject({ agents: z.array(agent) });
export type Agent = z.infer<typeof agent>;

/** When somebody who is no member read the session, and why; the reason is null once it is erased. */
export const sessionRead = z.strictObject({ at: time, username: z.string(), reason: z.string().nullable() });
export type SessionRead = z.infer<typeof sessionRead>;
export const sessionReads = z.strictObject({ reads: z.array(sessionRead) });
