import type { Root } from 'mdast';
import { expect, test } from 'vitest';
import { citationHref, citationNumber, remarkCitationMarkers } from './citation-markers.ts';

test('a marker in text becomes a link to its citation, one in code does not', () => {
  const tree: Root = {
    type: 'root',
    children: [
      {
        type: 'paragraph',
        children: [
          { type: 'text', value: 'Stop it [1][12] first' },
          { type: 'inlineCode', value: 'list[1]' },
        ],
      },
    ],
  };
  remarkCitationMarkers()(tree);
  expect(tree.children[0]).toMatchObject({
    children: [
      { type: 'text', value: 'Stop it ' },
      { type: 'link', url: citationHref(1) },
      { type: 'link', url: citationHref(12) },
      { type: 'text', value: ' first' },
      { type: 'inlineCode', value: 'list[1]' },
    ],
  });
});

test('only such an address is a citation', () => {
  expect(citationNumber('#cite-7')).toBe(7);
  expect(citationNumber('https://example.org/#cite-7')).toBeUndefined();
  expect(citationNumber(undefined)).toBeUndefined();
});
