import { expect, test } from 'vitest';
import { ageWords } from './age-words.ts';

test.each([
  [-5_000, '0 s'],
  [999, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min 0 s'],
  [3_599_000, '59 min 59 s'],
  [3_600_000, '1 h 0 min'],
  [86_399_000, '23 h 59 min'],
  [90_000_000, '1 d 1 h'],
])('%i ms are %s', (ms, words) => expect(ageWords(ms)).toBe(words));
