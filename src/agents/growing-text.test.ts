import { expect, test } from 'vitest';
import { GrowingText } from './growing-text.ts';

test('is all that was pushed, whenever it is read', () => {
  const text = new GrowingText();
  expect(text.toString()).toBe('');
  let whole = '';
  for (let n = 0; n < 2_000; n++) {
    const piece = n % 17 === 0 ? '' : ` piece ${n}`;
    text.push(piece);
    whole += piece;
    if (n % 97 === 0) expect(text.toString()).toBe(whole);
  }
  expect(text.toString()).toBe(whole);
});
