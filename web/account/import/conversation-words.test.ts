import { expect, test } from 'vitest';
import { conversationWords } from './conversation-words.ts';

const nothing = { conversations: [], comes: 0, brought_in: 0, already_here: 0, refused: 0, left_out: 0 };

test('a preview says what can come, and what cannot', () => {
  expect(
    conversationWords({ ...nothing, is_preview: true, comes: 2, already_here: 1, refused: 1, left_out: 3 }),
  ).toEqual([
    '2 conversations can be brought in.',
    '1 conversation is here already and stays as it is.',
    '1 conversation cannot be brought in; the reason stands beside it.',
    '3 messages of versions that were not in view stay out.',
  ]);
});

test('a result says what came', () => {
  expect(
    conversationWords({ ...nothing, is_preview: false, brought_in: 1, already_here: 2, refused: 2, left_out: 1 }),
  ).toEqual([
    '1 conversation brought in.',
    '2 conversations are here already and stay as they are.',
    '2 conversations could not be brought in; the reason stands beside each.',
    '1 message of versions that were not in view stayed out.',
  ]);
});
