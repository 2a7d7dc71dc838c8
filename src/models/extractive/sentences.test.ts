import { expect, test } from 'vitest';
import { sentencesOf } from './sentences.ts';

test('code is no sentence, and what stands around it stays apart', () => {
  const text =
    'Stop the server and copy the directory:\n\n```\nsystemctl stop perdure\ncp -a data /backup\n```\n\nThen start the server again, please.';
  expect(sentencesOf(text, 0).map((sentence) => sentence.text)).toEqual([
    'Stop the server and copy the directory:',
    'Then start the server again, please.',
  ]);
});
