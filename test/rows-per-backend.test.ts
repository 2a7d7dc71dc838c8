import { expect, test } from 'vitest';
import { type ReportedTest, rowsPerBackend } from '../scripts/support/rows-per-backend.ts';
import { type Backend, cannotShow } from '../src/store/conformance/backends.ts';

const leftOut = cannotShow.PGlite.flatMap((each) => each.rows).length;

function given(backend: Backend, count: number, status: string): ReportedTest[] {
  return Array.from({ length: count }, () => ({ ancestorTitles: ['', `store: ${backend}`, 'log'], status }));
}

const sound = [
  ...given('SQLite', 10, 'passed'),
  ...given('PGlite', 10 - leftOut, 'passed'),
  ...given('PGlite', leftOut, 'skipped'),
  ...given('PostgreSQL', 9, 'passed'),
  ...given('PostgreSQL', 1, 'failed'),
];

test('rows are counted for each backend, and what stands beside their groups is not', () => {
  const beside = { ancestorTitles: ['store: SQLite'], status: 'passed' };
  const other = { ancestorTitles: ['log'], status: 'passed' };
  expect(rowsPerBackend([...sound, beside, other])).toEqual({
    ran: { SQLite: 10, PGlite: 10 - leftOut, PostgreSQL: 10 },
    wrong: [],
  });
});

test('a row that a backend leaves out without a word in the table is told', () => {
  const [first, ...rest] = sound;
  expect(rowsPerBackend([...rest, { ...first, status: 'skipped' } as ReportedTest]).wrong).toEqual([
    "SQLite ran 9 rows of the store's suite and not 10.",
  ]);
  const shown = sound.map((each) => (each.status === 'skipped' ? { ...each, status: 'passed' } : each));
  expect(rowsPerBackend(shown).wrong).toEqual([`PGlite ran 10 rows of the store's suite and not ${10 - leftOut}.`]);
});

test('a row that nobody runs is told, and so is a suite that did not run at all', () => {
  const skipped = (Object.keys(cannotShow) as Backend[]).flatMap((backend) => given(backend, 1, 'skipped'));
  expect(rowsPerBackend([...sound, ...skipped]).wrong).toHaveLength(3);
  expect(rowsPerBackend([]).wrong).toContain('No row of the store’s suite ran.');
});

test('a machine without PostgreSQL may leave its rows out', () => {
  const without = sound.map((each) =>
    each.ancestorTitles.includes('store: PostgreSQL') ? { ...each, status: 'skipped' } : each,
  );
  expect(rowsPerBackend(without).wrong).toHaveLength(1);
  expect(rowsPerBackend(without, ['PostgreSQL'])).toMatchObject({ ran: { PostgreSQL: 0 }, wrong: [] });
});
