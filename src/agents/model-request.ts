import type { LlmRequest } from '@google/adk';
import type { ModelMessage, ModelRequest, ModelTool } from '../models/model.ts';
import { isErrorOutput } from './adk-events.ts';

type Content = LlmRequest['contents'][number];
type ShowResult = (tool: string, output: Record<string, unknown>) => unknown;

/** English prose has about 4 characters a token; an eighth of the window stays free for the answer. */
const charsPerToken = 4;
const shareForRequest = 7 / 8;
const leftOut = { note: 'This result was left out to make room. Search again if it is needed.' };

/** ADK's request in the form of our model port. Pure.
 *  @param contextTokens  when the request is longer, the oldest tool results are left out of it, the latest never */
export function toModelRequest(
  request: LlmRequest,
  showResult: ShowResult,
  contextTokens: number,
  shownText?: string,
): ModelRequest {
  const system = plainText(request.config?.systemInstruction);
  const messages: ModelMessage[] = system === '' ? [] : [{ role: 'system', text: system }];
  for (const content of request.contents) messages.push(...toMessages(content, showResult));
  return {
    messages: fit(messages, contextTokens * shareForRequest * charsPerToken),
    tools: toTools(request),
    ...(shownText && { shownText }),
  };
}

/** The provider's id when it is the only one of its name in the conversation, else one of ours: some providers count
 *  `call_0` in every message, and ADK strips ids of its own. */
export function uniqueCallId(callId: string, used: Set<string>, newId: () => string): string {
  const id = callId === '' || callId.startsWith('adk-') || callId.length > 128 || used.has(callId) ? newId() : callId;
  used.add(id);
  return id;
}

/** A Gemini schema (upper-case types, limits as strings, `nullable`) as JSON Schema. Pure. */
export function toJsonSchema(schema: unknown): Record<string, unknown> {
  const converted = convert(schema);
  return isRecord(converted) ? converted : { type: 'object', properties: {} };
}

function toMessages(content: Content, showResult: ShowResult): ModelMessage[] {
  const parts = content.parts ?? [];
  const text = parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join('');
  if (content.role === 'model') {
    const toolCalls = parts.flatMap(({ functionCall: call }) =>
      call ? [{ callId: call.id ?? '', tool: call.name ?? '', input: call.args ?? {} }] : [],
    );
    return [{ role: 'assistant', text, toolCalls }];
  }
  const results = parts.flatMap(({ functionResponse: answer }) => {
    if (!answer) return [];
    const [tool, output] = [answer.name ?? '', answer.response ?? {}];
    return [{ callId: answer.id ?? '', tool, output: showResult(tool, output), isError: isErrorOutput(output) }];
  });
  return [
    ...(results.length > 0 ? [{ role: 'tool' as const, results }] : []),
    ...(text === '' ? [] : [{ role: 'user' as const, text }]),
  ];
}

function fit(messages: ModelMessage[], maxChars: number): ModelMessage[] {
  let excess = messages.reduce((sum, message) => sum + JSON.stringify(message).length, 0) - maxChars;
  const latest = messages.findLastIndex((message) => message.role === 'tool');
  return messages.map((message, index) => {
    if (excess <= 0 || message.role !== 'tool' || index === latest) return message;
    const shorter: ModelMessage = {
      role: 'tool',
      results: message.results.map((each) => ({ ...each, output: leftOut })),
    };
    excess -= JSON.stringify(message).length - JSON.stringify(shorter).length;
    return shorter;
  });
}

function toTools(request: LlmRequest): ModelTool[] {
  const declared = (request.config?.tools ?? []).flatMap((tool) =>
    'functionDeclarations' in tool ? (tool.functionDeclarations ?? []) : [],
  );
  return declared.map((each) => ({
    name: each.name ?? '',
    description: each.description ?? '',
    inputSchema: isRecord(each.parametersJsonSchema) ? each.parametersJsonSchema : toJsonSchema(each.parameters),
  }));
}

function plainText(instruction: unknown): string {
  if (typeof instruction === 'string') return instruction;
  if (Array.isArray(instruction)) return instruction.map(plainText).join('\n');
  if (!isRecord(instruction)) return '';
  return typeof instruction['text'] === 'string' ? instruction['text'] : plainText(instruction['parts']);
}

const counts = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);
const verbatim = new Set(['enum', 'required', 'example', 'default', 'const']);

function convert(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(convert);
  if (!isRecord(schema)) return schema;
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'nullable') return [];
    if (key === 'type' && typeof value === 'string') {
      const type = value.toLowerCase();
      return [[key, schema['nullable'] === true ? [type, 'null'] : type]];
    }
    if (counts.has(key)) return [[key, Number(value)]];
    if (verbatim.has(key)) return [[key, value]];
    if (key === 'properties' && isRecord(value)) {
      return [[key, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, convert(each)]))]];
    }
    return [[key, convert(value)]];
  });
  return Object.fromEntries(entries);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
