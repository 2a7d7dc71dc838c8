import { expect, test } from 'vitest';
import { isAllowed, retentionKind, rulesOf } from './retention.ts';

test('what is not set, not valid or out of bounds is kept as it was before there were rules', () => {
  const standard = {
    sessions: null,
    imported: null,
    temporary: 1,
    session_bin: 30,
    document_bin: 30,
    document_accesses: null,
    audit_personal: null,
  };
  for (const value of [undefined, null, {}, 'x', { sessions: -1 }, { audit_personal: 7 }, { temporary: null }])
    expect(rulesOf(value)).toEqual(standard);
  expect(rulesOf({ sessions: 90, session_bin: null })).toEqual({ ...standard, sessions: 90, session_bin: null });
});

test('nothing is kept for less than a day, and names in the audit log for no less than 90', () => {
  for (const kind of retentionKind.options) expect(isAllowed(kind, 0)).toBe(false);
  expect([isAllowed('audit_personal', 89), isAllowed('audit_personal', 90)]).toEqual([false, true]);
  expect([isAllowed('temporary', null), isAllowed('temporary', 31), isAllowed('temporary', 30)]).toEqual([
    false,
    false,
    true,
  ]);
});
