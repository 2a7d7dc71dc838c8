import { expect, test } from 'vitest';
import { mailProblem } from '../../src/contract/mail.ts';
import { deliveryWords } from './delivery-words.ts';

test('who has an address is told of it, and whoever has the link what to do', () => {
  expect(deliveryWords(null)).toBe('Hand the link to the person it is for, and to nobody else.');
  expect(deliveryWords({ to: 'ann@example.org', mailed: true, problem: null })).toContain(
    'We sent it to ann@example.org.',
  );
});

test.each(mailProblem.options)('%s is said in words, and the link is to be handed over', (problem) => {
  const words = deliveryWords({ to: 'ann@example.org', mailed: false, problem });
  expect(words).toMatch(/^It was not mailed to ann@example\.org: [a-z].+\. Hand the link to the person/);
});
