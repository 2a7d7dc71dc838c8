import { expect, test } from 'vitest';
import {
  type AdkEventJson,
  callsOf,
  toDrafts,
  toEventParams,
  toJson,
  toResultEvent,
  toUserEvent,
} from './adk-events.ts';

const model = (parts: NonNullable<AdkEventJson['content']>['parts']): AdkEventJson => ({
  id: 'a1',
  invocationId: 'turn-1',
  author: 'librarian',
  timestamp: 5,
  content: { role: 'model', ...(parts && { parts }) },
});

test('a user’s text becomes an ADK event and comes back as the message', () => {
  const event = toUserEvent({ id: 'e1', turnId: 'turn-1', text: 'How?', timestampMs: 7 });
  expect(event).toMatchObject({
    invocationId: 'turn-1',
    author: 'user',
    timestamp: 7,
    content: { parts: [{ text: 'How?' }] },
  });
  const user = {
    client_turn_id: 'c1',
    author_user_id: 'u1',
    corpora: ['x'],
    parent_turn_id: null,
    replaces_turn_id: null,
  };
  expect(toDrafts(event, { user })).toEqual([{ type: 'user_message', payload: { ...user, text: 'How?' } }]);
});

test('a model event with calls is a step that is not final, followed by its calls', () => {
  const call = { id: 'c1', name: 'search_corpora', args: { query: 'x' } };
  expect(
    toDrafts(model([{ text: 'thinking', thought: true }, { text: 'Let me see.' }, { functionCall: call }]), {
      step: 2,
    }),
  ).toEqual([
    {
      type: 'agent_message',
      payload: expect.objectContaining({ step: 2, final: false, text: 'Let me see.', partial: false }),
    },
    { type: 'tool_call', payload: { step: 2, call_id: 'c1', tool: 'search_corpora', input: { query: 'x' } } },
  ]);
});

test('results carry their output whole, and an error in it marks them', () => {
  const event = toResultEvent({
    id: 'r1',
    turnId: 'turn-1',
    agentId: 'librarian',
    timestampMs: 1,
    results: [
      { callId: 'c1', tool: 't', output: { passages: [] } },
      { callId: 'c2', tool: 't', output: { error: 'no' } },
    ],
  });
  expect(toDrafts(event)).toEqual([
    { type: 'tool_result', payload: { call_id: 'c1', output: { passages: [] }, is_error: false } },
    { type: 'tool_result', payload: { call_id: 'c2', output: { error: 'no' }, is_error: true } },
  ]);
});

test('partial and empty events give nothing', () => {
  expect(toDrafts({ ...model([{ text: 'a' }]), partial: true })).toEqual([]);
  expect(toDrafts(model([]))).toEqual([]);
});

test('a __proto__ key is data, there and back', () => {
  const args: Record<string, unknown> = JSON.parse('{"__proto__":{"isAdmin":true}}');
  const json = toJson(model([{ functionCall: { id: 'c1', name: 't', args } }]), 'new-id', 9);
  expect([json.id, json.timestamp]).toEqual(['new-id', 9]);
  const again = JSON.stringify(toEventParams(json));
  expect(again).toContain('"__proto__":{"isAdmin":true}');
  const [call] = callsOf(json);
  expect(Object.keys(call?.input ?? {})).toEqual(['__proto__']);
  expect(Reflect.get(call?.input ?? {}, 'isAdmin')).toBeUndefined();
  expect(JSON.stringify(toDrafts(json))).toContain('"__proto__":{"isAdmin":true}');
});
