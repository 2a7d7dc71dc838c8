import { expect, test } from 'vitest';
import { suggestQuestions } from './suggest-questions.ts';

const ready = (title: string) => ({ title, state: 'ready' as const });

test('questions come from each corpus in turn, from documents that can answer', () => {
  const questions = suggestQuestions([
    [ready('Backups'), { title: 'Broken', state: 'failed' }, ready('How to upgrade')],
    [ready('Who decides?')],
  ]);
  expect(questions).toEqual(['What is in “Backups”?', 'Who decides?', 'How do I upgrade?']);
});

test('no documents, no suggestions', () => {
  expect(suggestQuestions([])).toEqual([]);
});
