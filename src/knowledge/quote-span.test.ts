import { expect, test } from 'vitest';
import { quoteSpan } from './quote-span.ts';

test('a heading whose words the sentence repeats is not part of the quote', () => {
  const sentence = 'To back up Perdure, stop the server and copy the whole data directory.';
  const passage = `## Backing up\n\n${sentence} Restoring is the reverse.`;
  const span = quoteSpan(passage, sentence);
  expect(passage.slice(span?.start, span?.end)).toBe(sentence);
});
