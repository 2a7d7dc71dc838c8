import { expect, test } from 'vitest';
import { toolWords } from './tool-words.ts';

const nameOf = (corpus: string) => (corpus === 'c1' ? 'Perdure handbook' : corpus);
const search = { callId: '1', tool: 'search_corpora', input: { query: 'back up', corpora: ['c1'] } };

test('a search says where, for what, and how much it found', () => {
  expect(toolWords(search, nameOf)).toBe('Searching Perdure handbook for “back up”…');
  expect(toolWords({ ...search, output: { passages: [1, 2] }, isError: false }, nameOf)).toBe(
    'Searched Perdure handbook for “back up” – 2 passages',
  );
  expect(
    toolWords(
      { ...search, input: { query: 'x' }, output: { passages: [1], searched: ['A', 'B', 'C'] }, isError: false },
      nameOf,
    ),
  ).toBe('Searched A, B and 1 more for “x” – 1 passage');
  expect(toolWords({ ...search, output: { passages: [] }, isError: false }, nameOf)).toMatch('– nothing found');
  expect(toolWords({ ...search, output: { error: 'x' }, isError: true }, nameOf)).toMatch('– this did not work');
});

test('reading on names the document', () => {
  const open = { callId: '2', tool: 'open_passage', input: { n: 1 } };
  const output = { passages: [{ document_title: 'Backups' }] };
  expect(toolWords({ ...open, output, isError: false }, nameOf)).toBe('Read more of “Backups”');
});

test('asking another agent names it', () => {
  const asked = { callId: '3', tool: 'ask_agent', input: { agent: 'Clerk', question: 'When?' } };
  expect(toolWords(asked, nameOf)).toBe('Asking Clerk…');
  expect(toolWords({ ...asked, output: { answer: 'At seven.' }, isError: false }, nameOf)).toBe('Asked Clerk');
  expect(toolWords({ ...asked, output: { error: 'x' }, isError: true }, nameOf)).toBe(
    'Asked Clerk – this did not work',
  );
});

test('a tool this page does not know, or input of another shape, still reads', () => {
  expect(toolWords({ callId: '1', tool: 'weather', input: {} }, nameOf)).toBe('Using weather…');
  expect(toolWords({ ...search, input: { query: 3 }, output: null, isError: false }, nameOf)).toBe(
    'Searched the documents',
  );
});
