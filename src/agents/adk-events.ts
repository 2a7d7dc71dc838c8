import type { CreateEventParams } from '@google/adk';
import type { Citation, EventPayload, Usage } from '../contract/events.ts';

/** An ADK event as JSON: the exact event, kept beside the product's events that follow from it. Fields of ADK that are
 *  not named here are kept as they are. */
export type AdkEventJson = {
  id: string;
  invocationId: string;
  /** `user`, or the agent's id. */
  author?: string;
  /** Milliseconds since 1970. */
  timestamp: number;
  content?: { role?: string; parts?: AdkPartJson[] };
  partial?: boolean;
  errorCode?: string;
  errorMessage?: string;
  [field: string]: unknown;
};

export type AdkPartJson = {
  text?: string;
  /** The text is the model's thinking, not its answer. */
  thought?: boolean;
  functionCall?: { id?: string; name?: string; args?: Record<string, unknown> };
  functionResponse?: { id?: string; name?: string; response?: Record<string, unknown> };
  [field: string]: unknown;
};

type DraftType = 'user_message' | 'agent_message' | 'tool_call' | 'tool_result';
/** An event of the session that is not stored yet. */
export type DraftEvent = { [T in DraftType]: { type: T; payload: EventPayload<T> } }[DraftType];

/** What an ADK event does not say about the product's events. Each has a neutral default. */
export type EventFacts = {
  step?: number;
  model?: string;
  /** The text as shown, with its markers renumbered; by default the event's own. */
  text?: string;
  citations?: Citation[];
  usage?: Usage;
  user?: Omit<EventPayload<'user_message'>, 'text'>;
};

/** The product's events that follow from one ADK event, in order. Pure; partial and empty events give none. */
export function toDrafts(event: AdkEventJson, facts: EventFacts = {}): DraftEvent[] {
  if (event.partial === true || !event.content?.parts?.length) return [];
  const results = responsesOf(event).map(
    ({ callId, output, isError }): DraftEvent => ({
      type: 'tool_result',
      payload: { call_id: callId, output, is_error: isError },
    }),
  );
  if (results.length > 0) return results;
  return event.author === 'user' ? [toUserMessage(event, facts)] : toAgentMessage(event, facts);
}

/** The user's message as the ADK event that begins a turn. Pure. */
export function toUserEvent(message: { id: string; turnId: string; text: string; timestampMs: number }): AdkEventJson {
  return {
    id: message.id,
    invocationId: message.turnId,
    author: 'user',
    timestamp: message.timestampMs,
    content: { role: 'user', parts: [{ text: message.text }] },
    actions: { stateDelta: {}, artifactDelta: {}, requestedAuthConfigs: {}, requestedToolConfirmations: {} },
  };
}

/** Results of tool calls as the ADK event that answers them. Pure. */
export function toResultEvent(answer: {
  id: string;
  turnId: string;
  agentId: string;
  timestampMs: number;
  results: { callId: string; tool: string; output: Record<string, unknown> }[];
}): AdkEventJson {
  const parts = answer.results.map(({ callId, tool, output }) => ({
    functionResponse: { id: callId, name: tool, response: output },
  }));
  return {
    ...toUserEvent({ id: answer.id, turnId: answer.turnId, text: '', timestampMs: answer.timestampMs }),
    author: answer.agentId,
    content: { role: 'user', parts },
  };
}

/** The text shown of an answer that did not end, as an event of its agent. It is derived at each reading and never stored. Pure. */
export function toPartialEvent(answer: {
  turnId: string;
  agentId: string;
  text: string;
  timestampMs: number;
}): AdkEventJson {
  const { turnId, agentId, text, timestampMs } = answer;
  return {
    ...toUserEvent({ id: `${turnId}:partial`, turnId, text, timestampMs }),
    author: agentId,
    content: { role: 'model', parts: [{ text }] },
  };
}

/** A live ADK event as JSON, with our id and time instead of ADK's 8 random characters and its own clock. */
export function toJson(event: object, id: string, timestampMs: number): AdkEventJson {
  const json: AdkEventJson = JSON.parse(JSON.stringify(event));
  return { ...json, id, timestamp: timestampMs };
}

/** What `createEvent` of ADK makes an event of again. Stored events are ADK's own JSON, so the shapes agree. */
export function toEventParams(event: AdkEventJson): CreateEventParams {
  return structuredClone(event) as CreateEventParams;
}

export function textOf(event: AdkEventJson): string {
  const parts = event.content?.parts ?? [];
  return parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join('');
}

export function callsOf(event: AdkEventJson): { callId: string; tool: string; input: Record<string, unknown> }[] {
  const parts = event.content?.parts ?? [];
  return parts.flatMap(({ functionCall: call }) =>
    call ? [{ callId: call.id ?? '', tool: call.name ?? '', input: call.args ?? {} }] : [],
  );
}

/** The tool results of an event. ADK marks a failed tool by an `error` in its response. */
export function responsesOf(
  event: AdkEventJson,
): { callId: string; tool: string; output: Record<string, unknown>; isError: boolean }[] {
  const parts = event.content?.parts ?? [];
  return parts.flatMap(({ functionResponse: answer }) => {
    if (!answer) return [];
    const output = answer.response ?? {};
    return [{ callId: answer.id ?? '', tool: answer.name ?? '', output, isError: isErrorOutput(output) }];
  });
}

export function isErrorOutput(output: Record<string, unknown>): boolean {
  return Object.hasOwn(output, 'error') && typeof output['error'] === 'string';
}

function toUserMessage(event: AdkEventJson, facts: EventFacts): DraftEvent {
  const defaults = {
    client_turn_id: event.id,
    author_user_id: '',
    corpora: [],
    parent_turn_id: null,
    replaces_turn_id: null,
  };
  return { type: 'user_message', payload: { ...defaults, ...facts.user, text: facts.text ?? textOf(event) } };
}

function toAgentMessage(event: AdkEventJson, facts: EventFacts): DraftEvent[] {
  const step = facts.step ?? 0;
  const calls = callsOf(event);
  return [
    {
      type: 'agent_message',
      payload: {
        step,
        final: calls.length === 0,
        text: facts.text ?? textOf(event),
        citations: facts.citations ?? [],
        model: facts.model ?? '',
        usage: facts.usage ?? { input_tokens: 0, output_tokens: 0 },
        partial: false,
      },
    },
    ...calls.map(
      ({ callId, tool, input }): DraftEvent => ({
        type: 'tool_call',
        payload: { step, call_id: callId, tool, input },
      }),
    ),
  ];
}
