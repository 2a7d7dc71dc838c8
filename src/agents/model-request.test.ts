import type { LlmRequest } from '@google/adk';
import { expect, test } from 'vitest';
import { toJsonSchema, toModelRequest, uniqueCallId } from './model-request.ts';

test('a Gemini schema becomes JSON Schema', () => {
  const gemini = {
    type: 'OBJECT',
    properties: {
      type: { type: 'STRING', enum: ['A'], nullable: true },
      many: { type: 'ARRAY', minItems: '1', items: { type: 'INTEGER', maximum: 3 } },
    },
    required: ['type'],
  };
  expect(toJsonSchema(gemini)).toEqual({
    type: 'object',
    properties: {
      type: { type: ['string', 'null'], enum: ['A'] },
      many: { type: 'array', minItems: 1, items: { type: 'integer', maximum: 3 } },
    },
    required: ['type'],
  });
  expect(toJsonSchema(undefined)).toEqual({ type: 'object', properties: {} });
});

const result = (id: string) => ({
  role: 'user',
  parts: [{ functionResponse: { id, name: 't', response: { text: id.repeat(2_000) } } }],
});
const call = (id: string) => ({ role: 'model', parts: [{ functionCall: { id, name: 't', args: {} } }] });

test('when the request is too long, the oldest tool results are left out and the latest stays', () => {
  const contents = [{ role: 'user', parts: [{ text: 'q' }] }, call('a'), result('a'), call('b'), result('b')];
  const request: LlmRequest = {
    contents,
    config: { systemInstruction: 'Be kind.' },
    liveConnectConfig: {},
    toolsDict: {},
  };
  const small = toModelRequest(request, (_tool, output) => output, 700);
  const json = JSON.stringify(small.messages);
  expect(json).toContain('left out to make room');
  expect(json).toContain('b'.repeat(2_000));
  expect(json).not.toContain('a'.repeat(2_000));
  expect(small.messages.map((message) => message.role)).toEqual([
    'system',
    'user',
    'assistant',
    'tool',
    'assistant',
    'tool',
  ]);
});

test('a call id is kept unless it is empty, ADK’s own or used before', () => {
  const used = new Set<string>();
  const ids = ['call_A', 'call_A', '', 'adk-1'].map((id) => uniqueCallId(id, used, () => `ours-${used.size}`));
  expect(ids).toEqual(['call_A', 'ours-1', 'ours-2', 'ours-3']);
});
