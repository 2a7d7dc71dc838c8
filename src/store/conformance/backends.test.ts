import { expect, test } from 'vitest';
import { allRows } from './all-rows.ts';
import { type Backend, cannotShow } from './backends.ts';

const titles = Object.values(allRows).flatMap((rows) => rows.map((row) => row.title));
const leftOut = (backend: Backend) => cannotShow[backend].flatMap((each) => each.rows);

test('no two rows have one title', () => {
  expect(titles.length).toBeGreaterThan(90);
  expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([]);
});

test('what is left out names rows of the suite, each once, with a reason', () => {
  for (const backend of Object.keys(cannotShow) as Backend[]) {
    const left = leftOut(backend);
    expect(left.filter((title) => !titles.includes(title))).toEqual([]);
    expect(new Set(left).size).toBe(left.length);
    expect(cannotShow[backend].filter(({ reason }) => reason.length < 20)).toEqual([]);
  }
});

test('both stores that serve run every row', () => {
  expect([...leftOut('SQLite'), ...leftOut('PostgreSQL')]).toEqual([]);
});

test('every row of several processes is left to real connections', () => {
  expect(leftOut('PGlite').toSorted()).toEqual(allRows['processes']?.map((row) => row.title).toSorted());
});
