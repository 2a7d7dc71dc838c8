import { expect, test } from 'vitest';
import type { AgentChange } from '../../src/contract/agent-changes.ts';
import type { TurnView } from '../../src/contract/fold.ts';
import { agentLines } from './agent-lines.ts';

const turn = (seq: number) => ({ turnId: `turn ${seq}`, seq }) as TurnView;
const turns = (...seqs: number[]) => seqs.map(turn);
const agent = (name: string) => ({ id: name.toLowerCase(), name });
const change = (seq: number, to: string, from?: string): AgentChange => ({
  seq,
  agent: agent(to),
  ...(from !== undefined && { before: agent(from) }),
});
const lines = (seqs: number[], changes: AgentChange[]) => {
  const { before, next } = agentLines(turns(...seqs), changes);
  return [
    ...[...before].map(([turnId, name]) => `${turnId}: ${name}`),
    ...(next === undefined ? [] : [`next: ${next}`]),
  ];
};

test('a line stands before the first turn that another agent answers', () => {
  expect(lines([1, 10, 20], [change(5, 'Clerk', 'Librarian')])).toEqual(['turn 10: Clerk']);
  expect(lines([1, 10], [change(5, 'Clerk', 'Librarian'), change(15, 'Librarian', 'Clerk')])).toEqual([
    'turn 10: Clerk',
    'next: Librarian',
  ]);
});

test('an agent that was changed and changed back between two messages is no change', () => {
  expect(lines([1, 10], [change(5, 'Clerk', 'Librarian'), change(6, 'Librarian', 'Clerk')])).toEqual([]);
  expect(lines([1], [change(5, 'Clerk', 'Librarian'), change(6, 'Librarian', 'Clerk')])).toEqual([]);
});

test('what changed before the first message, and a session that never changed, has no line', () => {
  expect(lines([5, 10], [change(1, 'Clerk', 'Librarian')])).toEqual([]);
  expect(lines([], [change(1, 'Clerk', 'Librarian')])).toEqual([]);
  expect(lines([1, 10], [])).toEqual([]);
});

test('on a branch that leaves out what was said meanwhile the line stands where that branch goes on', () => {
  const changes = [change(5, 'Clerk', 'Librarian'), change(15, 'Lawyer', 'Clerk')];
  expect(lines([1, 10], changes), 'the earlier version').toEqual(['turn 10: Clerk', 'next: Lawyer']);
  expect(lines([1, 20], changes), 'the later one').toEqual(['turn 20: Lawyer']);
});

test('a log that does not say who answered before says who answers from there on', () => {
  expect(lines([1, 10], [change(5, 'Clerk')])).toEqual(['turn 10: Clerk']);
});
