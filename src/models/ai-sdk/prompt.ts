import type { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { ModelMessage, ModelToolCall, ModelToolResult } from '../model.ts';

type ChatModel = ReturnType<ReturnType<typeof createOpenAICompatible>['chatModel']>;
/** What `doStream` of an AI-SDK language model (specification v4) takes. */
export type CallOptions = Parameters<ChatModel['doStream']>[0];
type PromptMessage = CallOptions['prompt'][number];
type ToolMessage = Extract<PromptMessage, { role: 'tool' }>;
type JsonOutput = Extract<
  Extract<ToolMessage['content'][number], { type: 'tool-result' }>['output'],
  { type: 'json' }
>['value'];

/** The conversation in the form every provider accepts. Pure.
 *  Neighbours of one role become one message and empty ones go; every tool call is followed at once by its result, where
 *  a call without one is answered as interrupted and a result without a call is left out.
 *  @param shownText  sent as the last message, so that the provider goes on from it */
export function toPrompt(messages: ModelMessage[], shownText?: string): CallOptions['prompt'] {
  const prompt: PromptMessage[] = [];
  let open: ModelToolCall[] = [];
  let answers: ModelToolResult[] = [];

  const closeCalls = () => {
    if (open.length === 0) return;
    const results = open.map((call) => answers.find((answer) => answer.callId === call.callId) ?? interrupted(call));
    prompt.push({ role: 'tool', content: results.map(toResultPart) });
    open = [];
    answers = [];
  };

  for (const message of messages) {
    if (message.role === 'tool') {
      answers.push(...message.results);
      continue;
    }
    closeCalls();
    answers = [];
    switch (message.role) {
      case 'system':
        if (message.text !== '') prompt.push({ role: 'system', content: message.text });
        break;
      case 'user':
        if (message.text !== '') addUserText(prompt, message.text);
        break;
      case 'assistant':
        addAssistant(prompt, message.text, message.toolCalls);
        open = message.toolCalls;
        break;
    }
  }
  closeCalls();
  if (shownText) addAssistant(prompt, shownText, []);
  return prompt;
}

function addUserText(prompt: PromptMessage[], text: string): void {
  const last = prompt.at(-1);
  if (last?.role === 'user') addText(last.content, text);
  else prompt.push({ role: 'user', content: [{ type: 'text', text }] });
}

function addAssistant(prompt: PromptMessage[], text: string, calls: ModelToolCall[]): void {
  if (text === '' && calls.length === 0) return;
  const last = prompt.at(-1);
  const content = last?.role === 'assistant' ? last.content : [];
  if (text !== '') addText(content, text);
  for (const call of calls) {
    content.push({ type: 'tool-call', toolCallId: call.callId, toolName: call.tool, input: call.input });
  }
  if (last?.role !== 'assistant') prompt.push({ role: 'assistant', content });
}

/** One text part a message: many endpoints accept a message's content as one string only. */
function addText(content: { type: string; text?: unknown }[], text: string): void {
  const last = content.at(-1);
  if (last?.type === 'text' && typeof last.text === 'string') last.text += `\n\n${text}`;
  else content.push({ type: 'text', text });
}

function interrupted(call: ModelToolCall): ModelToolResult {
  return { callId: call.callId, tool: call.tool, output: { error: 'interrupted: no result' }, isError: true };
}

function toResultPart(result: ModelToolResult): ToolMessage['content'][number] {
  const value = toJson(result.output);
  return {
    type: 'tool-result',
    toolCallId: result.callId,
    toolName: result.tool,
    output: result.isError ? { type: 'error-json', value } : { type: 'json', value },
  };
}

/** Outputs come from stored JSON; whatever JSON cannot hold becomes null. */
function toJson(value: unknown): JsonOutput {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}
