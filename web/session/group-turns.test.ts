import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupTurns } from './group-turns.ts';

const turnsFrom = (first: number, count: number) => Array.from({ length: count }, (_, n) => ({ key: `${first + n}` }));

it('puts every turn into one group, in order, and none into more than it holds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.nat({ max: 59 }), (count, at) => {
      const turns = turnsFrom(0, count);
      const groups = groupTurns(turns, `${at % count}`) ?? [];
      expect(groups.flatMap((group) => group.turns)).toEqual(turns);
      expect(new Set(groups.map(({ key }) => key)).size).toBe(groups.length);
      for (const [index, group] of groups.entries()) {
        const isInside = index > 0 && index < groups.length - 1;
        expect(group.isFull).toBe(group.turns.length === 8);
        if (isInside) expect(group.isFull).toBe(true);
      }
    }),
  );
});

it('changes no full group when older turns come before it and newer ones behind', () => {
  const before = groupTurns(turnsFrom(100, 20), '100') ?? [];
  const after = groupTurns(turnsFrom(95, 40), '100') ?? [];
  for (const group of before.filter(({ isFull }) => isFull)) expect(after).toContainEqual(group);
  expect(before.filter(({ isFull }) => isFull)).toHaveLength(2);
});

it('groups nothing from a turn that is gone', () => {
  expect(groupTurns(turnsFrom(0, 3), '9')).toBeUndefined();
  expect(groupTurns([], undefined)).toBeUndefined();
});
