import { expect, it } from 'vitest';
import { ariaKeys, keyNames } from './key-names.ts';
import { ownKeys, shortcuts } from './shortcuts.ts';

it('names keys as they stand on the keyboard', () => {
  expect(keyNames('Shift+Escape', false)).toEqual(['Shift', 'Esc']);
  expect(keyNames('Shift+Escape', true)).toEqual(['⇧', 'esc']);
  expect(keyNames('Control+K', false)).toEqual(['Ctrl', 'K']);
  expect(keyNames('Meta+Shift+O', true)).toEqual(['⌘', '⇧', 'O']);
});

it('leaves out a modifier that may or may not be held', () => {
  expect(ariaKeys('Control+[Shift]+/')).toBe('Control+/');
});

it('gives each key one meaning, and no letter alone', () => {
  const all = [...Object.values(shortcuts), ...ownKeys].map(({ keys }) => keys);
  expect(new Set(all).size).toBe(all.length);
  for (const keys of all) expect(keys, 'a modifier, or a key that writes nothing').toMatch(/\+|^(Enter|Escape)$/);
});
