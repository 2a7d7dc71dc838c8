import { expect, test } from 'vitest';
import { branchTo, type PlacedTurn, parentsOf } from './branches.ts';

const turn = (
  turnId: string,
  parentTurnId: string | null = null,
  replacesTurnId: string | null = null,
): PlacedTurn => ({
  turnId,
  parentTurnId,
  replacesTurnId,
});

test('turns that name none follow one another', () => {
  const parents = parentsOf([turn('a'), turn('b'), turn('c')]);
  expect(branchTo(parents, 'c')).toEqual(['a', 'b', 'c']);
  expect(branchTo(parents, 'a')).toEqual(['a']);
});

test('a turn that replaces another stands beside it, also at the very beginning', () => {
  const parents = parentsOf([turn('a'), turn('b', 'a'), turn('c', null, 'a'), turn('d', 'c'), turn('e', null, 'b')]);
  expect(branchTo(parents, 'd')).toEqual(['c', 'd']);
  expect(branchTo(parents, 'e')).toEqual(['a', 'e']);
});

test('a branch whose beginning is not known begins where it is', () => {
  const parents = parentsOf([turn('c', 'b'), turn('d', 'c'), turn('e', null, 'a')]);
  expect(branchTo(parents, 'd')).toEqual(['c', 'd']);
  expect(branchTo(parents, 'e')).toEqual(['e']);
  expect(branchTo(parents, 'unknown')).toEqual([]);
});
