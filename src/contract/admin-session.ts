import { z } from 'zod';
import { adminSessionRow } from './admin.ts';
import { time } from './common.ts';
import { turnState } from './events.ts';

/** The facts of one session, as of one moment: never what was said in it. */
export const adminSessionFacts = z.strictObject({
  as_of: time,
  session: adminSessionRow,
  archived: z.boolean(),
  pinned: z.boolean(),
  /** When its owner deleted it. */
  deleted_at: time.nullable(),
  /** Whether a legal hold keeps it: its own, or one on somebody who wrote in it. */
  is_held: z.boolean(),
  /** `web`, `api` or `adk`. */
  origin: z.string(),
  /** What its turns search; null for everything its owner may search. A corpus that is gone has no name. */
  corpora: z.array(z.strictObject({ id: z.string(), name: z.string().nullable() })).nullable(),
  turns: z.int(),
  input_tokens: z.int(),
  output_tokens: z.int(),
});
export type AdminSessionFacts = z.infer<typeof adminSessionFacts>;

const turnAttempt = z.strictObject({
  attempt: z.int(),
  instance_id: z.string(),
  started_at: time,
  /** When its first words were shown; null while there are none, and where it was not noted. */
  first_text_at: time.nullable(),
  ended_at: time.nullable(),
  model: z.string().nullable(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  /** `done`, `failed`, `cancelled`, `interrupted`; `lost` when another attempt took over; null while it is under way. */
  outcome: z.string().nullable(),
});
export type TurnAttempt = z.infer<typeof turnAttempt>;

export const adminTurn = z.strictObject({
  turn_id: z.string(),
  turn_no: z.int(),
  state: turnState,
  code: z.string().nullable(),
  /** Whose message it is; empty for a program's. */
  username: z.string(),
  agent_name: z.string(),
  /** Of its agent, or of the draft that was tried out; null where none was noted. */
  agent_version: z.int().nullable(),
  asked_at: time,
  /** When it reached the state it is in. */
  changed_at: time,
  /** The number of the turn that it was asked in place of. */
  replaces_turn_no: z.int().nullable(),
  /** What the agent used, in the order of the first use. */
  tools: z.array(z.strictObject({ name: z.string(), calls: z.int() })),
  attempts: z.array(turnAttempt),
});
export type AdminTurn = z.infer<typeof adminTurn>;

export const adminTurnsQuery = z.strictObject({
  /** Turns before this number. */
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
});
export const adminTurns = z.strictObject({
  /** The newest first. */
  turns: z.array(adminTurn),
  /** For the page of those before; null when these are the first. */
  next_before: z.int().nullable(),
});
export type AdminTurns = z.infer<typeof adminTurns>;
