import { expect, test } from 'vitest';
import { counted, pageWord } from './page-words.ts';

test('one of something is not called as several are', () => {
  expect(counted(1, 'passage')).toBe('1 passage');
  expect(counted(0, 'passage')).toBe('0 passages');
  expect(counted(2000, 'page')).toBe(`${(2000).toLocaleString()} pages`);
});

test('the pages of a presentation are slides, those of anything else are pages', () => {
  const office = 'application/vnd.openxmlformats-officedocument';
  expect(pageWord(`${office}.presentationml.presentation`)).toBe('slide');
  expect(pageWord('application/pdf')).toBe('page');
  expect(pageWord(`${office}.wordprocessingml.document`)).toBe('page');
});
