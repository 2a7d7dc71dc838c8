import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, expect, test } from 'vitest';
import { speak } from '../i18n/translate.ts';
import { elementsInRow, inRow } from './in-row.ts';

afterEach(() => speak({}, 'en-US'));

test('what stands side by side is parted as the language does it', () => {
  expect([inRow([]), inRow(['one']), inRow(['one', 'two', '{three}'])]).toEqual(['', 'one', 'one, two, {three}']);
  speak({ '{before}, {next}': '{before}、{next}' }, 'zh');
  expect(inRow(['one', 'two', 'three'])).toBe('one、two、three');
});

test('an element may stand among them', () => {
  const drawn = elementsInRow(['one', createElement('i', null, 'two'), 'three']);
  expect(renderToStaticMarkup(drawn)).toBe('one, <i>two</i>, three');
});
