import { expect, it } from 'vitest';
import { pendingHere } from './pending-here.ts';

const shown = [
  { turnId: 'gate', clientTurnId: 'c-gate' },
  { turnId: 'door', clientTurnId: 'c-door' },
];
const here = (pending: Parameters<typeof pendingHere>[0], until?: string) =>
  pendingHere(pending, shown, until).map(({ clientTurnId }) => clientTurnId);

it('an edit from another tab hides nothing that is read here, nor does what was written after it', () => {
  const edit = [
    { clientTurnId: 'wall', replacesTurnId: 'gate' },
    { clientTurnId: 'next', follows: 'wall' },
  ];
  expect(here(edit)).toEqual([]);
  expect(here(edit, 'wall')).toEqual(['wall', 'next']);
  expect(here(edit, 'next'), 'sent from here, as is what it follows').toEqual(['wall', 'next']);
});

it('a last turn is replaced in every tab', () => {
  expect(here([{ clientTurnId: 'again', replacesTurnId: 'door' }])).toEqual(['again']);
});

it('a message stands where its branch is shown', () => {
  expect(here([{ clientTurnId: 'a', parentTurnId: 'door' }])).toEqual(['a']);
  expect(here([{ clientTurnId: 'a', parentTurnId: 'elsewhere' }])).toEqual([]);
  expect(here([{ clientTurnId: 'a', parentTurnId: 'elsewhere' }], 'a')).toEqual(['a']);
  expect(here([{ clientTurnId: 'a', follows: 'c-door' }]), 'what it follows has a turn by now').toEqual(['a']);
  expect(pendingHere([{ clientTurnId: 'first' }], [], undefined)).toHaveLength(1);
});
