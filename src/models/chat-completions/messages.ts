import type { ModelMessage, ModelTool, ModelToolCall, ModelToolResult } from '../model.ts';

/** A message as chat completions take it. One string of text a message: many endpoints accept nothing else. */
export type ChatMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string | null; tool_calls?: ChatToolCall[] }
  | { role: 'tool'; tool_call_id: string; content: string };

type ChatToolCall = { id: string; type: 'function'; function: { name: string; arguments: string } };

export type ChatTool = {
  type: 'function';
  function: { name: string; description: string; parameters: Record<string, unknown> };
};

/** The conversation in the form every endpoint accepts: neighbours of one role are one message, empty ones go, and every tool call is
 *  answered right after it, as interrupted where no result is known. Pure.
 *  @param shownText  of the very message that is asked for: it goes last, for the model to go on from */
export function toMessages(messages: readonly ModelMessage[], shownText?: string): ChatMessage[] {
  const chat: ChatMessage[] = [];
  let open: ModelToolCall[] = [];
  let answers: ModelToolResult[] = [];

  const closeCalls = () => {
    for (const call of open) {
      const answer = answers.find(({ callId }) => callId === call.callId);
      const content = JSON.stringify(answer ? answer.output : { error: 'interrupted: no result' }) ?? 'null';
      chat.push({ role: 'tool', tool_call_id: call.callId, content });
    }
    open = [];
    answers = [];
  };

  for (const message of messages) {
    if (message.role === 'tool') {
      answers.push(...message.results);
      continue;
    }
    closeCalls();
    if (message.role === 'assistant') {
      addAssistant(chat, message.text, message.toolCalls);
      open = message.toolCalls;
    } else if (message.text !== '') {
      addText(chat, message.role, message.text);
    }
  }
  closeCalls();
  if (shownText) addAssistant(chat, shownText, []);
  return chat;
}

export function toTools(tools: readonly ModelTool[]): ChatTool[] {
  return tools.map(({ name, description, inputSchema }) => ({
    type: 'function',
    function: { name, description, parameters: inputSchema },
  }));
}

function addText(chat: ChatMessage[], role: 'system' | 'user', text: string): void {
  const last = chat.at(-1);
  if (role === 'user' && last?.role === 'user') last.content += `\n\n${text}`;
  else chat.push({ role, content: text });
}

function addAssistant(chat: ChatMessage[], text: string, calls: readonly ModelToolCall[]): void {
  if (text === '' && calls.length === 0) return;
  const last = chat.at(-1);
  const message = last?.role === 'assistant' ? last : { role: 'assistant' as const, content: null };
  if (message !== last) chat.push(message);
  if (text !== '') message.content = message.content === null ? text : `${message.content}\n\n${text}`;
  if (calls.length > 0) message.tool_calls = [...(message.tool_calls ?? []), ...calls.map(toToolCall)];
}

function toToolCall({ callId, tool, input }: ModelToolCall): ChatToolCall {
  return { id: callId, type: 'function', function: { name: tool, arguments: JSON.stringify(input) } };
}
