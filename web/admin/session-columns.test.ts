import { expect, test } from 'vitest';
import { memoryStorage } from '../api/browser-storage.ts';
import { optionalColumns, readColumns, storeColumns } from './session-columns.ts';

test('all columns are shown until somebody chooses, then those, none of them too', () => {
  const storage = memoryStorage();
  expect([...readColumns(storage)]).toEqual([...optionalColumns]);
  storeColumns(storage, new Set(['created', 'agent']));
  expect([...readColumns(storage)]).toEqual(['agent', 'created']);
  storeColumns(storage, new Set());
  expect([...readColumns(storage)]).toEqual([]);
});

test('what this version does not know is no column', () => {
  const storage = memoryStorage();
  storage.setItem('perdure.session-columns', 'agent cost');
  expect([...readColumns(storage)]).toEqual(['agent']);
});
