import { expect, test } from 'vitest';
import { messageOf } from './feed-messages.ts';

const frame = (data: unknown, event = '') => ({
  id: '1',
  event,
  data: typeof data === 'string' ? data : JSON.stringify(data),
});
const sessionId = '7d0c6f7e-0000-4000-8000-000000000001';

test('an unnamed frame is a session event with the cursor after it', () => {
  const delta = {
    type: 'text_delta',
    session_id: sessionId,
    turn_id: 't',
    turn_no: 1,
    attempt: 1,
    step: 0,
    offset: 0,
    text: 'a',
  };
  expect(messageOf(frame({ ...delta, cursor: '3.1.1.0.1' }))).toEqual({
    kind: 'event',
    sessionId,
    cursor: '3.1.1.0.1',
    event: delta,
  });
});

test('named frames become their messages', () => {
  expect(messageOf(frame({ session_id: sessionId }, 'gone'))).toEqual({ kind: 'gone', sessionId });
  expect(messageOf(frame({ session_id: sessionId, seq: 4 }, 'reset'))).toEqual({ kind: 'reset', sessionId });
  expect(messageOf(frame({}, 'corpora'))).toEqual({ kind: 'knowledge' });
});

test('the opening frame, garbage and frames of a later version are passed over', () => {
  expect(messageOf(frame(''))).toBeUndefined();
  expect(messageOf(frame('{', 'row'))).toBeUndefined();
  expect(messageOf(frame({ type: 'text_delta', cursor: '1' }))).toBeUndefined();
  expect(messageOf(frame({}, 'presence'))).toBeUndefined();
});
