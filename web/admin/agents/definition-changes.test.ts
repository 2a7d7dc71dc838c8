import { expect, test } from 'vitest';
import { type AgentDefinition, defaultLimits } from '../../../src/contract/agents.ts';
import { definitionChanges } from './definition-changes.ts';

const agent: AgentDefinition = {
  name: 'Librarian',
  description: 'Finds.',
  instructions: Array.from({ length: 20 }, (_, n) => `Line ${n + 1}.`).join('\n'),
  tools: ['search_corpora', 'list_corpora'],
  corpora: [],
  ...defaultLimits,
  model: '',
};
const nameOf = {
  corpus: (id: string) => ({ a: 'Tides', b: 'Bells' })[id],
  agent: (id: string) => ({ a: 'Clerk' })[id],
};

test('versions that are alike differ in nothing, in whatever order their tools are named', () => {
  const same = { ...agent, tools: agent.tools.toReversed() };
  expect(definitionChanges(agent, same, nameOf)).toEqual({ fields: [], instructions: [] });
});

test('fields differ by their values, in words', () => {
  const next: AgentDefinition = {
    ...agent,
    tools: [],
    corpora: ['b', 'gone', 'a'],
    sub_agents: ['gone', 'a'],
    model: 'large',
    max_steps: 3,
  };
  expect(definitionChanges(agent, next, nameOf).fields).toEqual([
    { field: 'Tools', was: 'list_corpora, search_corpora', is: 'none' },
    { field: 'Corpora', was: 'all', is: 'Bells, Tides, one that is deleted' },
    { field: 'Agents it may ask', was: 'none', is: 'Clerk, one that is deleted' },
    { field: 'Model', was: 'the default', is: 'large' },
    { field: 'Most model calls', was: '12', is: '3' },
  ]);
});

test('instructions differ by line, with three lines around each change and a gap for the rest', () => {
  const instructions = agent.instructions.replace('Line 10.', 'Line ten.');
  expect(
    definitionChanges(agent, { ...agent, instructions }, nameOf).instructions.map(
      ({ kind, text }) => `${kind} ${text}`,
    ),
  ).toEqual([
    'gap ',
    'same Line 7.',
    'same Line 8.',
    'same Line 9.',
    'removed Line 10.',
    'added Line ten.',
    'same Line 11.',
    'same Line 12.',
    'same Line 13.',
  ]);
  const longer = { ...agent, instructions: `${agent.instructions}\n-- added --` };
  expect(definitionChanges(agent, longer, nameOf).instructions.at(-1)).toEqual({ kind: 'added', text: '-- added --' });
});
