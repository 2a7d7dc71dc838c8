import { expect, test } from 'vitest';
import { zipName } from './zip-name.ts';

test('names of files in archives are read in the encoding they are in', () => {
  expect(zipName(Buffer.from('Größe.md'), true)).toBe('Größe.md');
  expect(zipName(Buffer.from('Größe.md'), false)).toBe('Größe.md');
  expect(zipName(Buffer.from([0x47, 0x72, 0x94, 0xe1, 0x65, 0x2e, 0x6d, 0x64]), false)).toBe('Größe.md');
  expect(zipName(Buffer.from([0x82, 0xff, 0x80]), false)).toBe('é\u00a0Ç');
  expect(zipName(Buffer.from([0x94, 0x2e]), true)).toBe('\ufffd.');
});
