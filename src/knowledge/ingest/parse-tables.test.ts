import { utils, write } from '@e965/xlsx';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeZip } from '../testing/make-zip.ts';
import { parseBytes } from './parse-bytes.ts';
import { parseDocument } from './parse-document.ts';
import { passageLimits } from './split-passages.ts';
import { splitText } from './split-text.ts';

const limits = { maxPages: 100, maxTextChars: 1_000_000 };
const parse = (fileName: string, content: string | Uint8Array) =>
  parseBytes(typeof content === 'string' ? new TextEncoder().encode(content) : content, fileName, limits);

/** Sheets by name, rows of cells; null is an empty cell. */
function workbook(sheets: Record<string, (string | number | Date | null)[][]>, hidden: string[] = []): Uint8Array {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) {
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows, { dateNF: 'yyyy-mm-dd' }), name);
  }
  book.Workbook = { Sheets: Object.keys(sheets).map((name) => ({ name, Hidden: hidden.includes(name) ? 1 : 0 })) };
  return new Uint8Array(write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer);
}

describe('spreadsheets', () => {
  test('each row is a line with its number and the names of its columns, under the name of its sheet', async () => {
    const file = workbook({
      Prices: [
        ['Price list 2026', null, null],
        [],
        ['Item', 'Price', 'Valid from'],
        ['Pump', 12.5, new Date(Date.UTC(2026, 2, 1))],
        ['Valve', 3, null],
      ],
      Stock: [
        ['Item', 'Shelf'],
        ['Pump', 'A 4'],
      ],
    });
    const { title, text, headings, mediaType, passages } = await parseDocument({
      fileName: 'prices.xlsx',
      bytes: file,
    });
    expect(title).toBe('prices');
    expect(mediaType).toContain('spreadsheetml');
    expect(text.split('\n\n')).toEqual([
      'Prices',
      'Row 1 | Price list 2026',
      'Row 3 | Item | Price | Valid from',
      'Row 4 | Item: Pump | Price: 12.5 | Valid from: 2026-03-01',
      'Row 5 | Item: Valve | Price: 3',
      'Stock',
      'Row 1 | Item | Shelf',
      'Row 2 | Item: Pump | Shelf: A 4',
    ]);
    expect(headings.map((heading) => heading.text)).toEqual(['Prices', 'Stock']);
    expect(passages.map(({ headingPath }) => headingPath)).toEqual([['Prices'], ['Stock']]);
  });

  test('a hidden sheet is left out, and said to be', async () => {
    const file = workbook({ Shown: [['Tea is steeped.']], Lists: [['secret']] }, ['Lists']);
    const { text, notices } = await parse('a.xlsx', file);
    expect(text).not.toContain('secret');
    expect(notices).toEqual(['The hidden sheet “Lists” was not read.']);
  });

  test('cells at the far end of a sheet cost no more than others', async () => {
    const parts = makeXlsxByHand('<dimension ref="A1:XFD1048576"/>', [
      '<row r="1"><c r="A1" t="inlineStr"><is><t>near</t></is></c></row>',
      '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>',
    ]);
    const fromMs = performance.now();
    const { text } = await parse('wide.xlsx', parts);
    expect(text).toBe('Sheet1\n\nRow 1 | near\n\nRow 1048576 | far');
    expect(performance.now() - fromMs).toBeLessThan(5_000);
  });

  test('rows with a cell in the last column are not walked through', async () => {
    const rows = Array.from(
      { length: 20_000 },
      (_, i) => `<row r="${i + 1}"><c r="XFD${i + 1}"><v>${i * 7919}</v></c></row>`,
    );
    const fromMs = performance.now();
    expect((await parse('far.xlsx', makeXlsxByHand('', rows))).text).toMatch(/Row 20000 \| 158372081$/);
    // Walking through the holes took 20 s.
    expect(performance.now() - fromMs).toBeLessThan(10_000);
  });

  test('a workbook that unpacks to far more is refused before it is opened', async () => {
    const zeros = makeXlsxByHand('', [`<row r="1"><c r="A1"><v>${'0'.repeat(30_000_000)}</v></c></row>`]);
    await expect(parse('bomb.xlsx', zeros)).rejects.toMatchObject({ code: 'unpacks_too_large' });
  });
});

describe('tables as text', () => {
  test.each([
    [',', 'a.csv'],
    [';', 'a.csv'],
    ['\t', 'a.tsv'],
    ['\t', 'a.csv'],
  ])('cells are told apart at %j in %s', async (delimiter, fileName) => {
    const rows = [
      ['Name', 'City'],
      ['Ada', 'London, UK; “old”'],
      ['Zoë', 'Köln'],
    ];
    const quoted = rows.map((row) => row.map((cell) => `"${cell}"`).join(delimiter)).join('\r\n');
    const { text, mediaType } = await parse(fileName, `${quoted}\r\n`);
    expect(text).toBe(
      'Row 1 | Name | City\n\nRow 2 | Name: Ada | City: London, UK; “old”\n\nRow 3 | Name: Zoë | City: Köln',
    );
    expect(mediaType).toBe(fileName.endsWith('csv') ? 'text/csv' : 'text/tab-separated-values');
  });

  test('line breaks in cells, blank lines and the first line of Excel do not move the numbers', async () => {
    const { text } = await parse('a.csv', 'sep=;\r\nWhat;Note\r\n"Pump";"two\r\nlines"\r\n\r\nValve;"says ""no"""\r\n');
    expect(text).toBe(
      'Row 1 | What | Note\n\nRow 2 | What: Pump | Note: two lines\n\nRow 4 | What: Valve | Note: says "no"',
    );
  });

  test('a table without names of columns keeps its cells as they are; years are names when there are several', async () => {
    expect((await parse('a.csv', 'Ada,1815\nGrace,1906\n')).text).toBe('Row 1 | Ada | 1815\n\nRow 2 | Grace | 1906');
    expect((await parse('b.csv', 'Region,2024,2025\nNorth,4,5\n')).text).toBe(
      'Row 1 | Region | 2024 | 2025\n\nRow 2 | Region: North | 2024: 4 | 2025: 5',
    );
  });

  test('what is badly quoted is read as far as it goes', async () => {
    expect((await parse('a.csv', 'a,b\n"never closed,1\nmore,2\n')).text).toContain('never closed');
  });

  test('whatever the cells hold, every passage begins with the row it is of, and no cell is lost', async () => {
    const cell = fc.oneof(
      { weight: 5, arbitrary: fc.stringMatching(/^[A-Za-z0-9 .,;|!?äöü-]{0,60}$/) },
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.nat(4).map((n) => 'Word of a long note. '.repeat(60 * n)),
      fc.nat(3).map((n) => '漢字'.repeat(300 * n)),
      fc.nat(3).map((n) => '😀'.repeat(301 * n)),
      fc.nat(2).map((n) => 'x'.repeat(1500 * n)),
    );
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const well = rows.map((row) => row.map((text) => text.toWellFormed()));
        const source = well.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join('\n');
        const wanted = well
          .flat()
          .join(' ')
          .replaceAll(/[\s|:\p{Cc}\ufffd]+/gu, '');
        if (!/[\p{L}\p{N}]/u.test(wanted)) return;
        const document = await parse('t.csv', `sep=,\n${source}`);
        for (const passage of splitText(document)) {
          expect(passage.text).toMatch(/^Row \d+(?: \||$)/);
          expect(passage.text.length).toBeLessThanOrEqual(passageLimits.maxChars);
          for (const line of passage.text.split('\n')) expect(line).toMatch(/^(?:Row \d+(?: \||$)|$)/);
        }
        const found = counts(document.text);
        for (const [char, each] of counts(wanted)) {
          expect(found.get(char)?.length ?? 0, char).toBeGreaterThanOrEqual(each.length);
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** How often each character stands in a text, blanks and what separates cells aside. */
function counts(text: string): Map<string, string[]> {
  return Map.groupBy(text.replaceAll(/[\s|:\p{Cc}\ufffd]+/gu, ''), (char) => char);
}

/** A workbook whose one sheet has exactly this XML. */
function makeXlsxByHand(head: string, rows: readonly string[]): Uint8Array {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packages = 'http://schemas.openxmlformats.org/package/2006';
  const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  return makeZip([
    {
      name: '[Content_Types].xml',
      content: `<Types xmlns="${packages}/content-types"><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      content: `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      content: `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      content: `<worksheet xmlns="${main}">${head}<sheetData>${rows.join('')}</sheetData></worksheet>`,
    },
  ]);
}
