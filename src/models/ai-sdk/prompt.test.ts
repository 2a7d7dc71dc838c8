import { expect, test } from 'vitest';
import { toPrompt } from './prompt.ts';

const call = (callId: string) => ({ callId, tool: 'search_corpora', input: { query: callId } });
const result = (callId: string) => ({ callId, tool: 'search_corpora', output: { found: callId }, isError: false });

test('a call without a result is answered as interrupted, right after its call', () => {
  const prompt = toPrompt([
    { role: 'user', text: 'a' },
    { role: 'assistant', text: '', toolCalls: [call('1'), call('2')] },
    { role: 'tool', results: [result('2')] },
    { role: 'user', text: 'b' },
  ]);
  expect(prompt.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'user']);
  expect(prompt[2]?.content).toMatchObject([
    { toolCallId: '1', output: { type: 'error-json', value: { error: 'interrupted: no result' } } },
    { toolCallId: '2', output: { type: 'json', value: { found: '2' } } },
  ]);
});

test('ids used again in a later step pair with their own step', () => {
  const prompt = toPrompt([
    { role: 'user', text: 'a' },
    { role: 'assistant', text: '', toolCalls: [call('1')] },
    { role: 'assistant', text: '', toolCalls: [call('1')] },
    { role: 'tool', results: [result('1')] },
  ]);
  const outputs = prompt.flatMap((message) =>
    message.role === 'tool' ? message.content.map((part) => (part.type === 'tool-result' ? part.output.type : '')) : [],
  );
  expect(outputs).toEqual(['error-json', 'json']);
});

test('a result without a call is left out', () => {
  const prompt = toPrompt([
    { role: 'user', text: 'a' },
    { role: 'tool', results: [result('9')] },
    { role: 'assistant', text: 'b', toolCalls: [] },
  ]);
  expect(prompt.map((message) => message.role)).toEqual(['user', 'assistant']);
});

test('neighbours of one role become one message, empty messages go', () => {
  const prompt = toPrompt([
    { role: 'system', text: '' },
    { role: 'user', text: 'a' },
    { role: 'assistant', text: '', toolCalls: [] },
    { role: 'user', text: 'b' },
    { role: 'assistant', text: 'c', toolCalls: [] },
    { role: 'assistant', text: 'd', toolCalls: [] },
  ]);
  expect(prompt).toEqual([
    {
      role: 'user',
      content: [{ type: 'text', text: 'a\n\nb' }],
    },
    {
      role: 'assistant',
      content: [{ type: 'text', text: 'c\n\nd' }],
    },
  ]);
});
