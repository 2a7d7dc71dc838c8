import { expect, test } from 'vitest';
import { isAgentsChoice } from './is-agents-choice.ts';

test.each([
  [['a', 'b'], ['b', 'a'], true],
  [['a'], ['a', 'b'], false],
  [['a', 'b'], ['a'], false],
  [['a', 'c'], ['a', 'b'], false],
  [[], [], false],
  [['a'], undefined, false],
])('%j is the choice of an agent with %j: %s', (chosen, set, expected) => {
  expect(isAgentsChoice(chosen, set)).toBe(expected);
});
