import { Document, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow } from 'docx';
import { PDFDocument, PDFHexString, PDFName, StandardFonts } from 'pdf-lib';
import { describe, expect, test } from 'vitest';
import { makeZip } from '../testing/make-zip.ts';
import { parseDocument } from './parse-document.ts';
import { ParseError, type ParseErrorCode } from './parse-error.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const parse = (fileName: string, content: Uint8Array | string, limits = {}) =>
  parseDocument({ fileName, bytes: typeof content === 'string' ? bytesOf(content) : content }, { limits });

async function refused(fileName: string, content: Uint8Array | string, limits = {}): Promise<[ParseErrorCode, string]> {
  try {
    await parse(fileName, content, limits);
  } catch (error) {
    if (error instanceof ParseError) return [error.code, error.message];
    throw error;
  }
  throw new Error(`${fileName} was read`);
}

describe('what is read', () => {
  test('Markdown stays as it is, with its headings', async () => {
    const text = '---\ntitle: "The guide"\n---\n# Start\n\n```\n# no heading\n```\n\nDeep *part*\n---\n\nWords.\n';
    const read = await parse('guide.md', `\ufeff${text}`);
    expect(read).toMatchObject({ title: 'The guide', text, mediaType: 'text/markdown' });
    expect(read.headings).toEqual([
      { level: 1, text: 'Start', start: text.indexOf('# Start') },
      { level: 2, text: 'Deep part', start: text.indexOf('Deep') },
    ]);
    expect(read.passages.map(({ start, end }) => text.slice(start, end)).at(-1)).toContain('Words.');
    expect(read.passages.at(-1)?.headingPath).toEqual(['Start', 'Deep part']);
  });

  test('text in UTF-16 and in windows-1252; what no store keeps is replaced', async () => {
    const wide = new Uint8Array(Buffer.from('\ufeffGrüße aus Köln', 'utf16le'));
    expect((await parse('a.txt', wide)).text).toBe('Grüße aus Köln');
    expect((await parse('b.txt', Uint8Array.from(Buffer.from('caf\u00e9', 'latin1')))).text).toBe('café');
    expect((await parse('c.txt', `zero ${'\u0000'} and words, enough of them to be text`)).text).toContain(
      'zero \ufffd and',
    );
  });

  test('HTML keeps headings, paragraphs, items and tables, and leaves what surrounds them', async () => {
    const body = `<h1>Backups</h1><p>${'Copies are made nightly. '.repeat(12)}</p><h2>Rooms</h2><ul><li>one</li><li><p>two</p></li></ul>
      <table><tr><th>Day</th><th>Size</th></tr><tr><td>Mon</td><td>3 GB</td></tr></table><pre>a  b\n  c</pre><p>End<br>of it.</p>`;
    const page = `<!doctype html><html><head><title>Backup guide</title></head><body><nav><a href="/">Home page</a></nav>
      <article>${body}</article><script>secret()</script><footer>Imprint</footer></body></html>`;
    const { title, text, headings } = await parse('page.html', page);
    expect(title).toBe('Backup guide');
    expect(headings.map((heading) => heading.text)).toEqual(['Backups', 'Rooms']);
    for (const { start, text: words } of headings) expect(text.slice(start)).toMatch(new RegExp(`^${words}\n\n`));
    expect(text).toContain('- one\n- two\n\nDay | Size\nMon | 3 GB\n\na  b\n  c\n\nEnd\nof it.');
    expect(text).not.toMatch(/Home page|secret|Imprint/);
  });

  test.each([
    '<!doctype html><title>Short</title><h1>Top</h1><p>First words.</p><p>Last words.</p>',
    '<title>Short</title><body><h1>Top</h1><p>First words.</p><p>Last words.</p></body>',
    '<!DOCTYPE html>\n<html lang=en><title>Short</title><h1>Top</h1><p>First words.<p>Last words.',
    '<html><head><title>Short</title></head><h1>Top</h1><p>First words.</p><p>Last words.</p></html>',
  ])('HTML may leave out the tags around it: %s', async (page) => {
    const { title, text } = await parse('page.html', page);
    expect(title).toBe('Short');
    expect(text).toBe('Top\n\nFirst words.\n\nLast words.');
  });

  test('PDF is read page by page', async () => {
    const pdf = await PDFDocument.create();
    const font = await pdf.embedFont(StandardFonts.Helvetica);
    pdf.setTitle('Operations');
    for (const [number, lines] of [
      ['one', ['Backups are written while the server runs and are veri-', 'fied at once.']],
      ['two', ['A restore checks them.']],
    ] as const) {
      const page = pdf.addPage([600, 800]);
      page.drawText(`Chapter ${number}`, { x: 50, y: 740, size: 24, font });
      for (const [i, line] of lines.entries()) page.drawText(line, { x: 50, y: 680 - i * 16, size: 12, font });
    }
    const { title, text, pages, headings, passages } = await parse('operations.pdf', await pdf.save());
    expect(title).toBe('Operations');
    expect(pages?.map(({ start, end }) => text.slice(start, end).trim())).toEqual([
      'Chapter one\n\nBackups are written while the server runs and are verified at once.',
      'Chapter two\n\nA restore checks them.',
    ]);
    expect(headings.map((heading) => heading.text)).toEqual(['Chapter one', 'Chapter two']);
    expect(passages.map(({ page, headingPath }) => [page, headingPath])).toEqual([
      [1, ['Chapter one']],
      [2, ['Chapter two']],
    ]);
  });

  test('pages of a PDF without text are noted', async () => {
    const pdf = await PDFDocument.create();
    const font = await pdf.embedFont(StandardFonts.Helvetica);
    for (const text of ['One', 'Two', '', '', '', 'Six', '', 'Eight', '']) {
      pdf.addPage([600, 800]).drawText(text, { x: 50, y: 740, size: 12, font });
    }
    expect((await parse('half-scanned.pdf', await pdf.save())).notices).toEqual([
      'No text on pages 3-5, 7, 9. If they are scans, run text recognition (OCR) on the file and upload the result.',
    ]);
    const short = await PDFDocument.create();
    short.addPage().drawText('Words', { font: await short.embedFont(StandardFonts.Helvetica) });
    expect((await parse('whole.pdf', await short.save())).notices).toEqual([]);
    short.addPage();
    expect((await parse('last-blank.pdf', await short.save())).notices).toEqual([
      'No text on page 2. If it is a scan, run text recognition (OCR) on the file and upload the result.',
    ]);
  });

  test('DOCX keeps headings and tables', async () => {
    const file = new Document({
      sections: [
        {
          children: [
            new Paragraph({ text: 'Manual', heading: HeadingLevel.HEADING_1 }),
            new Paragraph('Words of the manual.'),
            new Table({ rows: [new TableRow({ children: [cell('Day'), cell('Size')] })] }),
          ],
        },
      ],
    });
    const { title, text, headings } = await parse('manual.docx', Uint8Array.from(await Packer.toBuffer(file)));
    expect(title).toBe('Manual');
    expect(text).toBe('Manual\n\nWords of the manual.\n\nDay | Size');
    expect(headings).toEqual([{ level: 1, text: 'Manual', start: 0 }]);
  });
});

describe('what is refused, with a reason', () => {
  test('files of other types, whatever their name says', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    expect(await refused('a.txt', png)).toEqual(['unsupported_type', expect.stringContaining('image/png')]);
    expect(
      await refused(
        'a.md',
        Uint8Array.from({ length: 4000 }, (_, i) => i % 256),
      ),
    ).toEqual(['unsupported_type', expect.any(String)]);
    expect(await refused('report.pdf', 'no PDF at all')).toEqual(['lying_type', expect.stringContaining('plain text')]);
    expect(await refused('report.docx', '%PDF-1.7\n')).toEqual(['lying_type', expect.stringContaining('a PDF')]);
    expect(await refused('a.docx', makeZip([{ name: 'hello.txt', content: 'hello' }]))).toEqual([
      'lying_type',
      expect.stringContaining('ZIP'),
    ]);
    expect((await refused('empty.txt', ''))[0]).toBe('empty');
    expect((await refused('blank.txt', ' \n\n '))[0]).toBe('no_text');
  });

  test('encrypted, broken and blank PDF', async () => {
    const blank = await PDFDocument.create();
    blank.addPage();
    expect((await refused('scan.pdf', await blank.save()))[0]).toBe('no_text');
    expect((await refused('broken.pdf', `%PDF-1.7\n${'garbage '.repeat(50)}`))[0]).toBe('broken');
    expect(await refused('secret.pdf', await encryptedPdf())).toEqual([
      'encrypted',
      'This PDF is encrypted. Save it without a password and upload it again.',
    ]);
  });

  test('too many bytes, pages, characters', async () => {
    const pdf = await PDFDocument.create();
    for (let i = 0; i < 4; i++) pdf.addPage();
    expect(await refused('long.pdf', await pdf.save(), { maxPages: 3 })).toEqual([
      'too_many_pages',
      expect.stringContaining('4 pages'),
    ]);
    expect((await refused('a.txt', 'x'.repeat(100), { maxBytes: 99 }))[0]).toBe('too_large');
    expect((await refused('a.txt', 'x'.repeat(100), { maxTextChars: 99 }))[0]).toBe('too_much_text');
  });

  test('an archive that unpacks to far more, or to more than it declares', async () => {
    const main = 'word/document.xml';
    const bomb = makeZip([{ name: main, content: Buffer.alloc(30_000_000) }]);
    expect((await refused('bomb.docx', bomb))[0]).toBe('unpacks_too_large');
    const liar = makeZip([{ name: main, content: Buffer.alloc(3_000_000), declaredBytes: 1000 }]);
    expect((await refused('liar.docx', liar))[0]).toBe('unpacks_too_large');
    const many = makeZip(Array.from({ length: 6000 }, (_, i) => ({ name: i === 0 ? main : `${i}`, content: '' })));
    expect((await refused('many.docx', many))[0]).toBe('unpacks_too_large');
    expect((await refused('cut.docx', makeZip([{ name: main, content: 'x' }]).slice(0, -4)))[0]).toBe('broken');
  });

  test('what takes too long, too much memory, or is stopped', async () => {
    const nested = `<!doctype html><body>${'<div>word '.repeat(150_000)}`;
    expect((await refused('slow.html', nested, { timeoutMs: 150 }))[0]).toBe('too_slow');
    expect((await refused('large.html', nested, { maxResidentMb: 30 }))[0]).toBe('too_much_memory');
    expect(
      (await refused('heap.html', `<!doctype html><body>${'<p>word'.repeat(400_000)}`, { maxHeapMb: 40 }))[0],
    ).toBe('too_much_memory');
    const controller = new AbortController();
    const asked = parseDocument({ fileName: 'a.html', bytes: bytesOf(nested) }, { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'stopped' });
  });
});

const cell = (text: string) => new TableCell({ children: [new Paragraph(text)] });

async function encryptedPdf(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  pdf.addPage();
  const secret = PDFHexString.of('5a'.repeat(32));
  pdf.context.trailerInfo.Encrypt = pdf.context.obj({ Filter: 'Standard', V: 1, R: 2, P: -4, O: secret, U: secret });
  pdf.context.trailerInfo.ID = pdf.context.obj([PDFHexString.of('00ff'), PDFHexString.of('00ff')]);
  pdf.catalog.set(PDFName.of('Lang'), PDFHexString.of('6465'));
  return pdf.save({ useObjectStreams: false });
}
