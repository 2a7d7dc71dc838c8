import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test('cells are quoted, and nothing is a cell without quotes', () => {
  expect(csvLine(['a,b', 'say "hi"', 3, true, null])).toBe('"a,b","say ""hi""","3","true",\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('%j is no formula', (text) => {
  expect(csvLine([text])).toBe(`"'${text}"\r\n`);
});
