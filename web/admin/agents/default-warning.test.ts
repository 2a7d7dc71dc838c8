import { expect, test } from 'vitest';
import { defaultWarning } from './default-warning.ts';
import { everyoneGroupId } from '../../../src/contract/access.ts';

const agent = (grants: string[], is_active = true) => ({
  object_id: 'clerk',
  name: 'Clerk',
  is_active,
  grants: grants.map((group_id) => ({ group_id, level: 'use' as const })),
});
const row = { group_id: 'law', group_name: 'Law', agent_id: 'clerk' };

test('a default that is granted to its group or to everyone has no warning', () => {
  expect(defaultWarning(row, [agent(['law'])])).toBeUndefined();
  expect(defaultWarning(row, [agent([everyoneGroupId])])).toBeUndefined();
});

test('one that is not granted, switched off or gone says what counts instead', () => {
  expect(defaultWarning(row, [agent(['tax'])])).toBe(
    'Law is not granted Clerk: whoever may not use it through another group begins with another agent.',
  );
  expect(defaultWarning(row, [agent(['law'], false)])).toBe('Clerk is switched off: the next default counts.');
  expect(defaultWarning(row, [])).toBe('This agent is gone: the next default counts.');
});
