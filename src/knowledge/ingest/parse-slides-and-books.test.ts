import { describe, expect, test } from 'vitest';
import { makeEpub } from '../testing/make-epub.ts';
import { makePptx } from '../testing/make-pptx.ts';
import { makeZip } from '../testing/make-zip.ts';
import { parseBytes } from './parse-bytes.ts';
import { parseDocument } from './parse-document.ts';

const limits = { maxPages: 100, maxTextChars: 1_000_000 };
const parse = (fileName: string, bytes: Uint8Array, own = {}) => parseBytes(bytes, fileName, { ...limits, ...own });

/** A shape with a text. */
const box = (text: string) =>
  `<p:sp><p:nvSpPr><p:nvPr/></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;

/** What says that a part of an e-book is encrypted. */
const encryption = (uri: string) => ({
  name: 'META-INF/encryption.xml',
  content: `<encryption xmlns:enc="e"><enc:EncryptedData><enc:CipherData><enc:CipherReference URI="${uri}"/></enc:CipherData></enc:EncryptedData></encryption>`,
});

describe('presentations', () => {
  test('slides are pages in their order, with titles, points, tables, diagrams and speaker notes', async () => {
    const file = makePptx(
      [
        { title: 'Pumps & valves', points: ['Primed by hand', 'Checked weekly'], notes: 'Say who checks them.' },
        {
          title: 'Prices',
          table: [
            ['Item', 'Price'],
            ['Pump', '12.50'],
          ],
        },
        { points: ['Only one point'], diagram: ['Order', 'Deliver'] },
      ],
      'All about pumps',
    );
    const { title, text, pages, headings, passages, notices, mediaType } = await parseDocument({
      fileName: 'pumps.pptx',
      bytes: file,
    });
    expect(title).toBe('All about pumps');
    expect(mediaType).toContain('presentationml');
    expect(pages?.map(({ start, end }) => text.slice(start, end).trim())).toEqual([
      'Pumps & valves\n\n- Primed by hand\n- Checked weekly\n\nSpeaker notes: Say who checks them.',
      'Prices\n\nItem | Price\nPump | 12.50',
      'Only one point\n\n- Order\n- Deliver',
    ]);
    expect(headings.map((heading) => heading.text)).toEqual(['Pumps & valves', 'Prices', 'Slide 3']);
    expect(passages.map(({ page }) => page)).toEqual([1, 2, 3]);
    expect(passages.map(({ headingPath }) => headingPath)).toEqual([['Pumps & valves'], ['Prices'], ['Slide 3']]);
    expect(notices).toEqual([]);
  });

  test('a shape that exists for two versions of the program is read once; shapes in groups are read', async () => {
    const choice = `<mc:AlternateContent xmlns:mc="m"><mc:Choice>${box('new')}</mc:Choice><mc:Fallback>${box('old')}</mc:Fallback></mc:AlternateContent>`;
    const file = makePptx([{ shapes: `${choice}<p:grpSp><p:grpSp>${box('inner')}</p:grpSp></p:grpSp>` }]);
    expect(await parse('a.pptx', file)).toMatchObject({ title: 'a', text: 'new\n\ninner' });
  });

  test('hidden slides are left out and counted, and said to be', async () => {
    const slides = ['One', 'Two', 'Three', 'Four'].map((title, i) => ({ title, isHidden: i === 1 || i === 2 }));
    const { text, pages, notices } = await parse('a.pptx', makePptx(slides));
    expect(text).toBe('One\n\nFour');
    expect(pages?.at(-1)).toMatchObject({ page: 4 });
    expect(notices).toEqual(['Hidden slides were not read: 2-3.']);
  });

  test('too many slides and missing parts are told in words', async () => {
    const two = makePptx([{ title: 'One' }, { title: 'Two' }]);
    await expect(parse('a.pptx', two, { maxPages: 1 })).rejects.toMatchObject({ code: 'too_many_pages' });
    const empty = makeZip([{ name: 'ppt/presentation.xml', content: '<nothing/>' }]);
    await expect(parse('a.pptx', empty)).rejects.toMatchObject({ code: 'broken' });
  });

  test('what a relation points to outside of the file is not looked for', async () => {
    const shapes =
      '<p:graphicFrame><a:graphic><a:graphicData><dgm:relIds xmlns:dgm="g" r:dm="rId2"/></a:graphicData></a:graphic></p:graphicFrame>';
    const file = makePptx([{ title: 'Here', shapes }]);
    expect((await parse('a.pptx', file)).text).toBe('Here');
  });
});

describe('e-books', () => {
  const chapters = [
    {
      name: 'one two.xhtml',
      label: 'The first',
      body: '<p>It was a dark night.<br/>It rained.</p><a id="x"/><p>End.</p>',
    },
    { name: 'b.xhtml', label: 'Not this', body: '<h1>The second</h1><h2>Morning</h2><p>The sun rose.</p>' },
  ];

  test('chapters come in the order of the spine, under their own headings or their names in the contents', async () => {
    const { title, text, headings, passages, mediaType } = await parseDocument({
      fileName: 'novel.epub',
      bytes: makeEpub('A novel', chapters),
    });
    expect(title).toBe('A novel');
    expect(mediaType).toBe('application/epub+zip');
    expect(text).toBe(
      'The first\n\nIt was a dark night.\nIt rained.\n\nEnd.\n\nThe second\n\nMorning\n\nThe sun rose.',
    );
    expect(headings.map(({ level, text: words }) => [level, words])).toEqual([
      [1, 'The first'],
      [1, 'The second'],
      [2, 'Morning'],
    ]);
    expect(passages.map(({ headingPath }) => headingPath)).toEqual([['The first'], ['The second', 'Morning']]);
  });

  test('a book under a lock is refused, one with disguised fonts is read', async () => {
    const locked = makeEpub('A', chapters, [encryption('OEBPS/text/one%20two.xhtml')]);
    await expect(parse('a.epub', locked)).rejects.toMatchObject({
      code: 'encrypted',
      message: 'This e-book is locked (DRM) and cannot be read.',
    });
    const fonts = makeEpub('A', chapters, [encryption('OEBPS/fonts/serif.otf')]);
    expect((await parse('a.epub', fonts)).text).toContain('The sun rose.');
  });

  test('a book whose spine leads nowhere is damaged', async () => {
    await expect(parse('a.epub', makeEpub('A', []))).rejects.toMatchObject({ code: 'broken' });
  });
});
