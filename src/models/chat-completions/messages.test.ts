import { expect, test } from 'vitest';
import { toMessages } from './messages.ts';

const call = (callId: string) => ({ callId, tool: 'search_corpora', input: { query: callId } });
const result = (callId: string) => ({ callId, tool: 'search_corpora', output: { found: callId }, isError: false });
const interrupted = '{"error":"interrupted: no result"}';

test('a call without a result is answered as interrupted, right after its call', () => {
  const messages = toMessages([
    { role: 'user', text: 'a' },
    { role: 'assistant', text: '', toolCalls: [call('1'), call('2')] },
    { role: 'tool', results: [result('2')] },
    { role: 'user', text: 'b' },
  ]);
  expect(messages).toEqual([
    { role: 'user', content: 'a' },
    {
      role: 'assistant',
      content: null,
      tool_calls: ['1', '2'].map((id) => ({
        id,
        type: 'function',
        function: { name: 'search_corpora', arguments: `{"query":"${id}"}` },
      })),
    },
    { role: 'tool', tool_call_id: '1', content: interrupted },
    { role: 'tool', tool_call_id: '2', content: '{"found":"2"}' },
    { role: 'user', content: 'b' },
  ]);
});

test('ids used again in a later step pair with their own step', () => {
  const messages = toMessages([
    { role: 'user', text: 'a' },
    { role: 'assistant', text: '', toolCalls: [call('1')] },
    { role: 'assistant', text: '', toolCalls: [call('1')] },
    { role: 'tool', results: [result('1')] },
  ]);
  const outputs = messages.filter(({ role }) => role === 'tool').map(({ content }) => content);
  expect(outputs).toEqual([interrupted, '{"found":"1"}']);
});

test('a result without a call is left out; an output that JSON cannot hold is null', () => {
  const messages = toMessages([
    { role: 'user', text: 'a' },
    { role: 'tool', results: [result('9')] },
    { role: 'assistant', text: 'b', toolCalls: [call('1')] },
    { role: 'tool', results: [{ ...result('1'), output: undefined }] },
  ]);
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  expect(messages.at(-1)?.content).toBe('null');
});

test('neighbours of one role become one message, empty messages go, shown text goes last', () => {
  const messages = toMessages(
    [
      { role: 'system', text: '' },
      { role: 'user', text: 'a' },
      { role: 'assistant', text: '', toolCalls: [] },
      { role: 'user', text: 'b' },
      { role: 'assistant', text: 'c', toolCalls: [] },
      { role: 'assistant', text: 'd', toolCalls: [] },
      { role: 'user', text: 'e' },
    ],
    'shown',
  );
  expect(messages).toEqual([
    { role: 'user', content: 'a\n\nb' },
    { role: 'assistant', content: 'c\n\nd' },
    { role: 'user', content: 'e' },
    { role: 'assistant', content: 'shown' },
  ]);
});
