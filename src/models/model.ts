import type { Usage } from '../contract/events.ts';

/** A message of the conversation a model continues. Tool calls and results pair by `callId`. */
export type ModelMessage =
  | { role: 'system'; text: string }
  | { role: 'user'; text: string }
  | { role: 'assistant'; text: string; toolCalls: ModelToolCall[] }
  | { role: 'tool'; results: ModelToolResult[] };

export type ModelToolCall = { callId: string; tool: string; input: Record<string, unknown> };
export type ModelToolResult = { callId: string; tool: string; output: unknown; isError: boolean };

/** `inputSchema` is JSON Schema. */
export type ModelTool = { name: string; description: string; inputSchema: Record<string, unknown> };

export type ModelRequest = {
  messages: ModelMessage[];
  tools: ModelTool[];
  /** Text of this very message that was already shown; the model goes on from its last character, when it can. */
  shownText?: string;
};

/** What a model streams: pieces of text, then once `finish`. A tool call is whole. `continued` comes first when the model goes on from `shownText`. */
export type ModelPart =
  | { type: 'continued' }
  | { type: 'text'; text: string }
  | { type: 'tool_call'; call: ModelToolCall }
  | { type: 'finish'; usage: Usage };

/** A language model, or what stands in for one. */
export type Model = {
  /** Stored with each answer and shown wherever a model's name stands. */
  readonly label: string;
  /** The window the request must fit, in tokens. */
  readonly contextTokens: number;
  /** Streams one message. Throws `ModelError`; ends early and silently when the signal aborts. */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
};

export type ModelErrorCode =
  | 'model_unreachable'
  | 'model_unauthorized'
  | 'model_rate_limited'
  | 'model_overloaded'
  | 'model_timeout'
  | 'model_bad_response'
  | 'model_refused_request';

/** Why a model gave no answer: the code is stored with the failed turn, the message is fit for the user's eyes. */
export class ModelError extends Error {
  readonly code: ModelErrorCode;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  /** The answer's status, where there was one. */
  readonly httpStatus: number | undefined;
  /** Why there was no connection, as Node names it: `ECONNREFUSED`. */
  readonly systemCode: string | undefined;

  constructor(
    code: ModelErrorCode,
    message: string,
    options: {
      retryable: boolean;
      retryAfterMs?: number;
      httpStatus?: number;
      systemCode?: string;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.name = 'ModelError';
    this.code = code;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
    this.httpStatus = options.httpStatus;
    this.systemCode = options.systemCode;
  }
}
