import { expect, test } from 'vitest';
import { readTables } from './read-tables.ts';

const rowsOf = (text: string) =>
  readTables(text).map(({ rows }) => rows.map(({ number, cells }) => [number, ...cells]));

test('sheets are tables under their names, with the names of their columns', () => {
  const text = `Prices

Row 1 | Price list 2026

Row 3 | Item | Price | Valid from

Row 4 | Item: Pump | Price: 12.5 | Valid from: 2026-03-01

Row 5 | Item: Valve | Valid from: 2026-04-01

Stock

Row 1 | Item | Shelf

Row 2 | Item: Pump | Shelf: A 4`;
  const [prices, stock] = readTables(text);
  expect(prices).toMatchObject({ title: 'Prices', columns: ['Item', 'Price', 'Valid from'] });
  expect(prices?.rows.map(({ number, cells, isNamed }) => [number, isNamed, cells])).toEqual([
    [1, false, ['Price list 2026']],
    [4, true, ['Pump', '12.5', '2026-03-01']],
    [5, true, ['Valve', '', '2026-04-01']],
  ]);
  expect(stock).toMatchObject({ title: 'Stock', columns: ['Item', 'Shelf'] });
  const { start, end } = stock?.rows[0] ?? { start: 0, end: 0 };
  expect(text.slice(start, end)).toBe('Row 2 | Item: Pump | Shelf: A 4');
});

test('rows without names keep their cells in order, and a row that was read as several lines is one', () => {
  expect(rowsOf('Row 1 | Ada | 1815\n\nRow 2 | Grace | 1906\n\nRow 2 | Hopper')).toEqual([
    [
      [1, 'Ada', '1815'],
      [2, 'Grace', '1906', 'Hopper'],
    ],
  ]);
  expect(rowsOf('Row 1 | What | What: more\n\nRow 2 | What: a | b | What: more: c\n\nRow 2 | What: d')).toEqual([
    [[2, 'a | b d', 'c']],
  ]);
});

test('a text that is no sheet holds no table', () => {
  expect(readTables('A row of houses.\n\nRow, row, row your boat.\n')).toEqual([]);
  expect(readTables('')).toEqual([]);
});
