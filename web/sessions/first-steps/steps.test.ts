import { expect, it } from 'vitest';
import { handbookName } from '../../../src/contract/documents.ts';
import { firstSteps, type StepFacts } from './steps.ts';

const handbook = { name: handbookName, documents: 12, access: 'curate' as const };
const facts: StepFacts = { role: 'administrator', corpora: [handbook], sessions: [], people: 1, endpoints: [] };
const done = (more: Partial<StepFacts>) =>
  firstSteps({ ...facts, ...more }).map(({ id, isDone }) => `${id} ${isDone ? 'done' : 'open'}`);

it('an administrator connects a model, asks, adds documents and lets people in', () => {
  expect(done({})).toEqual(['model open', 'ask open', 'add open', 'invite open']);
  const corpora = [handbook, { name: 'House', documents: 1, access: 'curate' as const }];
  const endpoints = [{ models: [] }, { models: ['small'] }];
  expect(done({ corpora, sessions: [{ chat_messages: 0 }, { chat_messages: 2 }], people: 2, endpoints })).toEqual([
    'model done',
    'ask done',
    'add done',
    'invite done',
  ]);
});

it('neither an empty corpus, nor another’s, nor an empty session, nor an endpoint without a model counts', () => {
  const corpora = [
    { name: 'Empty', documents: 0, access: 'curate' as const },
    { name: 'Theirs', documents: 4, access: 'read' as const },
  ];
  expect(done({ corpora, sessions: [{ chat_messages: 0 }], endpoints: [{ models: [] }] })).toEqual([
    'model open',
    'ask open',
    'add open',
    'invite open',
  ]);
});

it('a curator is asked neither to connect a model nor to invite, and a member neither to add', () => {
  expect(done({ role: 'curator', people: undefined, endpoints: undefined })).toEqual(['ask open', 'add open']);
  expect(done({ role: 'member', people: undefined, endpoints: undefined })).toEqual(['read done', 'ask open']);
});

it('a member is told what is open to them by name, or that nothing is', () => {
  expect(words(['A', 'B', 'C', 'D'].map(of))).toBe('You can ask about “A”, “B”, “C” and more.');
  expect(words([])).toMatch(/^Nothing is open to you yet/);
});

const words = (corpora: StepFacts['corpora']) =>
  firstSteps({ ...facts, role: 'member', people: undefined, corpora })[0]?.words;
const of = (name: string) => ({ name, documents: 1, access: 'read' as const });
