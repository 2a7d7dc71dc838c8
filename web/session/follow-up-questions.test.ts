import { expect, test } from 'vitest';
import { type CitedDocument, followUpQuestions } from './follow-up-questions.ts';

/** A document of one passage a heading, each ten units long. */
const house = (cited: number[], headings = ['House', 'Keys', 'Heating', 'Garden', 'Pets']): CitedDocument => ({
  title: 'House',
  passages: headings.map((heading, index) => ({
    start: index * 10,
    end: index * 10 + 10,
    heading_path: heading === '' ? [] : ['House', heading],
  })),
  cited: cited.map((index) => ({ start: index * 10 + 2, end: index * 10 + 5 })),
});
const about = (heading: string) => `What about “${heading}”?`;

test('what stands after the cited passage is offered first, then what stands before it', () => {
  expect(followUpQuestions([house([3])], [])).toEqual([about('Pets'), about('Heating'), about('Keys')]);
});

test('neither the title, nor what is cited, nor what was asked about is offered', () => {
  expect(followUpQuestions([house([1, 2])], ['Who waters the GARDEN?'])).toEqual([about('Pets')]);
});

test('documents take turns, each heading is offered once, and a heading that asks stays as it is', () => {
  const help = house([0], ['Start', 'How to upgrade', 'Who decides?', 'Who decides?']);
  expect(followUpQuestions([house([1]), help], [])).toEqual([about('Heating'), 'How do I upgrade?', about('Garden')]);
});

test('a document without headings, or cited where nothing is known, offers nothing strange', () => {
  expect(followUpQuestions([house([0], ['', ''])], [])).toEqual([]);
  expect(followUpQuestions([{ ...house([0]), passages: [] }], [])).toEqual([]);
  expect(followUpQuestions([house([40])], [])).toHaveLength(3);
});
