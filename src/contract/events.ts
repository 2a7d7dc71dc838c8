import { z } from 'zod';
import { time } from './common.ts';

/** A passage an answer stands on. `start` and `end` are UTF-16 offsets into that version's extracted text; `quote` is that text exactly. */
export const citation = z.strictObject({
  n: z.number().int().min(1),
  corpus_id: z.string(),
  corpus_name: z.string(),
  document_id: z.string(),
  document_version: z.number().int(),
  document_title: z.string(),
  passage_id: z.string(),
  start: z.number().int().min(0),
  end: z.number().int().min(0),
  page: z.number().int().min(1).optional(),
  quote: z.string(),
  /** Higher is better. */
  score: z.number(),
});
export type Citation = z.infer<typeof citation>;

export const turnState = z.enum([
  'queued',
  'running',
  'waiting_approval',
  'done',
  'failed',
  'cancelled',
  'interrupted',
]);
export type TurnState = z.infer<typeof turnState>;
export const finalTurnStates: ReadonlySet<TurnState> = new Set(['done', 'failed', 'cancelled', 'interrupted']);

/** A turn's lawful next states; it begins as `queued`. */
export const nextTurnStates: Readonly<Record<TurnState, readonly TurnState[]>> = {
  // A turn that no budget has room for fails before it was begun.
  queued: ['running', 'failed', 'cancelled'],
  running: ['running', 'waiting_approval', 'done', 'failed', 'cancelled', 'interrupted'],
  waiting_approval: ['running', 'failed', 'cancelled', 'interrupted'],
  done: [],
  failed: [],
  cancelled: [],
  interrupted: [],
};

/** Model tokens; 0 when the provider reports none. */
export const usage = z.strictObject({ input_tokens: z.number().int().min(0), output_tokens: z.number().int().min(0) });
export type Usage = z.infer<typeof usage>;

const jsonObject = z.record(z.string(), z.unknown());

/** The payload of each durable event type. */
export const eventPayloads = {
  user_message: z.strictObject({
    client_turn_id: z.string(),
    author_user_id: z.string(),
    text: z.string(),
    corpora: z.array(z.string()),
    parent_turn_id: z.string().nullable(),
    replaces_turn_id: z.string().nullable(),
  }),
  turn_state: z.strictObject({ state: turnState, attempt: z.number().int().min(0), code: z.string().optional() }),
  tool_call: z.strictObject({
    step: z.number().int().min(0),
    call_id: z.string(),
    tool: z.string(),
    input: jsonObject,
  }),
  tool_result: z.strictObject({ call_id: z.string(), output: z.unknown(), is_error: z.boolean() }),
  agent_message: z.strictObject({
    step: z.number().int().min(0),
    final: z.boolean(),
    text: z.string(),
    citations: z.array(citation),
    model: z.string(),
    usage,
    /** The turn was stopped or gave up; the text shown so far is kept. */
    partial: z.boolean(),
  }),
  approval_requested: z.strictObject({ call_id: z.string(), tool: z.string(), input: jsonObject }),
  approval_decided: z.strictObject({
    call_id: z.string(),
    decision: z.enum(['allow', 'deny']),
    actor_user_id: z.string(),
  }),
  session_updated: z.strictObject({
    title: z.string().optional(),
    /** Who answers the messages sent from here on. */
    agent: z.strictObject({ id: z.string(), name: z.string() }).optional(),
    /** Who answered those before; with `agent`, and missing in older logs. */
    agent_before: z.strictObject({ id: z.string(), name: z.string() }).optional(),
    corpora: z.array(z.string()).optional(),
    archived: z.boolean().optional(),
    pinned: z.boolean().optional(),
    is_active: z.boolean().optional(),
    tags: z.array(z.string()).optional(),
  }),
} as const;

export type EventType = keyof typeof eventPayloads;
export type EventPayload<T extends EventType> = z.infer<(typeof eventPayloads)[T]>;

const common = {
  /** Dense from 1 in each session. */
  seq: z.number().int().min(1),
  session_id: z.string(),
  turn_id: z.string().optional(),
  at: time,
};
/** A payload whose content was erased keeps its place in the log. */
export const redacted = z.strictObject({ ...common, type: z.literal('redacted'), reason: z.string() });

/** One durable fact of a session, as sent: common fields and the payload's fields side by side. */
export const sessionEvent = z.discriminatedUnion('type', [
  z.strictObject({ ...common, type: z.literal('user_message'), ...eventPayloads.user_message.shape }),
  z.strictObject({ ...common, type: z.literal('turn_state'), ...eventPayloads.turn_state.shape }),
  z.strictObject({ ...common, type: z.literal('tool_call'), ...eventPayloads.tool_call.shape }),
  z.strictObject({ ...common, type: z.literal('tool_result'), ...eventPayloads.tool_result.shape }),
  z.strictObject({ ...common, type: z.literal('agent_message'), ...eventPayloads.agent_message.shape }),
  z.strictObject({ ...common, type: z.literal('approval_requested'), ...eventPayloads.approval_requested.shape }),
  z.strictObject({ ...common, type: z.literal('approval_decided'), ...eventPayloads.approval_decided.shape }),
  z.strictObject({ ...common, type: z.literal('session_updated'), ...eventPayloads.session_updated.shape }),
  redacted,
]);
export type SessionEvent = z.infer<typeof sessionEvent>;

/** Streamed text of the running step: journaled before it is sent, not in the log. `offset` is in UTF-16 units within (attempt, step). */
export const textDelta = z.strictObject({
  type: z.literal('text_delta'),
  session_id: z.string(),
  turn_id: z.string(),
  turn_no: z.number().int().min(1),
  attempt: z.number().int().min(1),
  step: z.number().int().min(0),
  offset: z.number().int().min(0),
  text: z.string(),
});
export type TextDelta = z.infer<typeof textDelta>;

/** What a session's stream carries in `data:`. */
export type StreamedEvent = SessionEvent | TextDelta;
