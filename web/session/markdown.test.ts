import { parseHTML } from 'linkedom';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test, vi } from 'vitest';
import { Markdown } from './markdown.tsx';
import { allUntrustedTexts, elsewhere, untrustedTexts } from './testing/untrusted-texts.ts';

// Which passage is open stands in the address, which nothing here has.
vi.mock('./use-source.ts', () => ({ useSource: () => ({ isOpen: () => false, open: () => undefined }) }));

/** Each character is a place where a stream may be cut; EVERY_CUT=1 tries all of them, else each fifth from a place of the text's own. */
const step = process.env.EVERY_CUT === '1' ? 1 : 5;

/** What an answer is drawn with: the elements of Markdown, and those of our own around code and diagrams. */
const elements =
  /^(?:div|p|span|a|em|strong|del|code|pre|blockquote|ul|ol|li|h[1-6]|hr|br|table|colgroup|col|thead|tbody|tr|th|td|section|sup|input|button|figure|svg|path|rect)$/;
const attributes =
  /^(?:class|dir|href|target|rel|title|tabindex|role|type|disabled|checked|start|align|style|aria-[a-z]+|data-[a-z-]+|id|xmlns|width|height|viewbox|fill|stroke[a-z-]*|d|x|y|rx|ry|alt)$/;

/** Where text stands in a cell, how wide columns are, and the room of formulae and diagrams. */
const styles =
  /^(?:text-align:\s*(?:left|center|right)|min-height:[\d.]{1,4}em|height:\d{1,2}rem|max-width:[\d.]{1,6}em|width:\d{1,2}ch|min-width:min\(\d{1,6}ch, 400ch\));?$/;

function draw(text: string): string {
  return renderToStaticMarkup(createElement(Markdown, { text, turnId: 'turn', citations: undefined, streaming: true }));
}

/** What in a drawn text could run, ask another server, lead astray or be taken for a part of the page. */
function faultsIn(html: string): string[] {
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  return [...document.body.querySelectorAll('*')].flatMap((element) => {
    const name = element.tagName.toLowerCase();
    const isIcon = element.closest('button') !== null;
    const faults =
      elements.test(name) && (isIcon || !['svg', 'path', 'rect'].includes(name)) ? [] : [`element ${name}`];
    for (const { name: attribute, value } of element.attributes) {
      if (!attributes.test(attribute.toLowerCase())) faults.push(`${name} has ${attribute}`);
      if (attribute === 'id' && !value.startsWith('user-content-')) faults.push(`an id ${value}`);
      if (attribute === 'dir' && value !== 'auto') faults.push(`direction ${value}`);
      if (attribute === 'style' && !styles.test(value)) faults.push(`style ${value}`);
    }
    if (name === 'input' && element.getAttribute('type') !== 'checkbox') faults.push('an input');
    if (name === 'a') faults.push(...linkFaults(element));
    return faults;
  });
}

function linkFaults(link: Element): string[] {
  const href = link.getAttribute('href') ?? '';
  if (!/^(?:https?|mailto):/.test(href)) return [`a link to ${href}`];
  const { host } = new URL(href);
  const text = link.textContent ?? '';
  const isItself = [text, `http://${text}`].some((each) => URL.canParse(each) && new URL(each).host === host);
  const shown = isItself && !text.includes('@') ? `(${host})` : (link.nextElementSibling?.textContent ?? '').trim();
  return [
    ...(link.getAttribute('rel') === 'noopener noreferrer' ? [] : ['a link that tells where it comes from']),
    ...(link.getAttribute('target') === '_blank' ? [] : ['a link that leaves the page']),
    ...(host === '' || shown === `(${host})` ? [] : [`a link that hides its host ${host}: ${text}`]),
  ];
}

const seen = (html: string) => faultsIn(html).length;

describe('an answer, drawn', () => {
  test('the corpus is large, and each of its texts is there once', () => {
    expect(allUntrustedTexts.length).toBeGreaterThanOrEqual(300);
    expect(new Set(allUntrustedTexts.map(({ text }) => text)).size).toBe(allUntrustedTexts.length);
  });

  test.each(Object.entries(untrustedTexts))('of %s is harmless, cut off at any character', (_category, texts) => {
    let drawn = 0;
    for (const [index, text] of texts.entries()) {
      for (let end = text.length - (index % step); end > 0; end -= step) {
        const shown = text.slice(0, end);
        expect({ shown, faults: faultsIn(draw(shown)) }).toEqual({ shown, faults: [] });
        drawn += 1;
      }
      expect(faultsIn(draw(text))).toEqual([]);
    }
    expect(drawn).toBeGreaterThan(texts.length);
  });

  test('the check sees what is not harmless', () => {
    expect(seen(`<img src="http://${elsewhere}">`)).toBeGreaterThan(0);
    expect(seen('<p onclick="x">a</p>')).toBe(1);
    expect(seen('<p style="color:red">a</p>')).toBe(1);
    expect(seen('<a href="javascript:1">a</a>')).toBe(1);
    expect(seen(`<a href="http://${elsewhere}" rel="noopener noreferrer" target="_blank">a</a>`)).toBe(1);
    expect(seen('<p id="root">a</p>')).toBe(1);
    expect(seen('<p>a</p>')).toBe(0);
  });
});
