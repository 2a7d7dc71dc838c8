import { expect, it } from 'vitest';
import { handbookName } from '../../../src/contract/documents.ts';
import { firstSteps, type StepFacts } from './steps.ts';

const handbook = { name: handbookName, documents: 12, access: 'curate' as const };
const facts: StepFacts = { role: 'administrator', corpora: [handbook], sessions: [], people: 1 };
const done = (more: Partial<StepFacts>) =>
  firstSteps({ ...facts, ...more }).map(({ id, isDone }) => `${id} ${isDone ? 'done' : 'open'}`);

it('an administrator asks, adds documents and lets people in', () => {
  expect(done({})).toEqual(['ask open', 'add open', 'invite open']);
  const corpora = [handbook, { name: 'House', documents: 1, access: 'curate' as const }];
  expect(done({ corpora, sessions: [{ chat_messages: 0 }, { chat_messages: 2 }], people: 2 })).toEqual([
    'ask done',
    'add done',
    'invite done',
  ]);
});

it('neither an empty corpus, nor another’s, nor an empty session counts', () => {
  const corpora = [
    { name: 'Empty', documents: 0, access: 'curate' as const },
    { name: 'Theirs', documents: 4, access: 'read' as const },
  ];
  expect(done({ corpora, sessions: [{ chat_messages: 0 }] })).toEqual(['ask open', 'add open', 'invite open']);
});

it('a curator is not asked to invite, and a member neither to add', () => {
  expect(done({ role: 'curator', people: undefined })).toEqual(['ask open', 'add open']);
  expect(done({ role: 'member', people: undefined })).toEqual(['read done', 'ask open']);
});

it('a member is told what is open to them by name, or that nothing is', () => {
  expect(words(['A', 'B', 'C', 'D'].map(of))).toBe('You can ask about “A”, “B”, “C” and more.');
  expect(words([])).toMatch(/^Nothing is open to you yet/);
});

const words = (corpora: StepFacts['corpora']) =>
  firstSteps({ ...facts, role: 'member', people: undefined, corpora })[0]?.words;
const of = (name: string) => ({ name, documents: 1, access: 'read' as const });
