import type { Usage } from '../../contract/events.ts';

/** What one chunk of a streamed chat completion says. Everything else in it is nobody's business. */
export type Chunk = {
  text: string;
  toolCalls: ToolCallDelta[];
  /** Whether the model did something at all, such as thinking. */
  isActive: boolean;
  isFinish: boolean;
  usage: Usage | undefined;
  /** As the provider told it. */
  error: unknown;
};

/** A piece of a tool call. Endpoints leave out what they please. */
export type ToolCallDelta = {
  index: number | undefined;
  id: string;
  name: string;
  arguments: string;
};

/** Reads the JSON of a chunk. Pure.
 *  @throws SyntaxError when it is no JSON, TypeError when it is no chunk */
export function readChunk(json: string): Chunk {
  const chunk: unknown = JSON.parse(json);
  if (!isRecord(chunk)) throw new TypeError('a chunk that is no object');
  const choices = Array.isArray(chunk.choices) ? chunk.choices : [];
  const choice: unknown = choices[0];
  const delta = isRecord(choice) && isRecord(choice.delta) ? choice.delta : {};
  const toolCalls = Array.isArray(delta.tool_calls) ? delta.tool_calls.filter(isRecord).map(toToolCallDelta) : [];
  const text = textOf(delta.content) || textOf(delta.refusal);
  const isFinish = isRecord(choice) && typeof choice.finish_reason === 'string' && choice.finish_reason !== '';
  const thinks = textOf(delta.reasoning_content) !== '' || textOf(delta.reasoning) !== '';
  return {
    text,
    toolCalls,
    isActive: text !== '' || toolCalls.length > 0 || thinks || isFinish,
    isFinish,
    usage: isRecord(chunk.usage) ? toUsage(chunk.usage) : undefined,
    error: errorOf(chunk),
  };
}

/** Some endpoints send a list of parts, of which those with text are said to the person. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: unknown) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('');
}

function toToolCallDelta(delta: Record<string, unknown>): ToolCallDelta {
  const called = isRecord(delta.function) ? delta.function : {};
  return {
    index: typeof delta.index === 'number' ? delta.index : undefined,
    id: typeof delta.id === 'string' ? delta.id : '',
    name: typeof called.name === 'string' ? called.name : '',
    arguments: typeof called.arguments === 'string' ? called.arguments : '',
  };
}

function toUsage(usage: Record<string, unknown>): Usage {
  return { input_tokens: count(usage.prompt_tokens), output_tokens: count(usage.completion_tokens) };
}

function count(tokens: unknown): number {
  return typeof tokens === 'number' && Number.isFinite(tokens) ? Math.max(0, tokens) : 0;
}

/** An error stands under `error`, or is the chunk itself. */
function errorOf(chunk: Record<string, unknown>): unknown {
  if (chunk.error !== undefined && chunk.error !== null) return chunk.error;
  return chunk.object === 'error' ? chunk : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
