import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { storeDifferences } from './store-differences.ts';

const filesOf = (store: 'sqlite' | 'postgres') =>
  readdirSync(new URL(`../${store}/`, import.meta.url)).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
const named = (store: 'sqlite' | 'postgres') => storeDifferences.flatMap(({ files }) => files[store]);

test.each([
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
] as const)('every file of %s has a counterpart in %s, or stands behind a difference', (store, other) => {
  const counterparts = filesOf(other);
  expect(filesOf(store).length).toBeGreaterThan(10);
  const alone = filesOf(store).filter((name) => !counterparts.includes(name));
  // What is missing here wants a line in store-differences.ts, and then `node scripts/stores-docs.ts`.
  expect(named(store).toSorted()).toEqual(alone.toSorted());
});

test('every difference is told for both, with its reason, in one line of a table', () => {
  for (const { what, sqlite, postgres, why } of storeDifferences) {
    for (const words of [what, sqlite, postgres, why]) {
      expect(words).not.toMatch(/[|\n]/);
      expect(words.length).toBeGreaterThan(5);
    }
    expect(sqlite).not.toBe(postgres);
  }
  expect(new Set(storeDifferences.map(({ what }) => what)).size).toBe(storeDifferences.length);
});
