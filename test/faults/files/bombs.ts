import { deflateSync } from 'node:zlib';
import { makeEpub } from '../../../src/knowledge/testing/make-epub.ts';
import { makePptx } from '../../../src/knowledge/testing/make-pptx.ts';
import { makeZip, type ZipMember } from '../../../src/knowledge/testing/make-zip.ts';
import { openZip } from '../../../src/knowledge/ingest/zip-directory.ts';
import { makeRawPdf } from './raw-pdf.ts';

/** A file that is made to hurt whoever opens it. */
export type Bomb = {
  name: string;
  filename: string;
  /** It keeps its reader at work for seconds, or is large. */
  isHeavy?: true;
  make(): Uint8Array | string;
};

const mib = 2 ** 20;
const zeros = (size: number) => Buffer.alloc(size);
const words = 'The gate opens at seven. ';
const note = (i: number): ZipMember => ({ name: `notes/${i}.md`, content: `# Note ${i}\n\n${words}\n` });
const laughs = `<!DOCTYPE x [<!ENTITY a "${'ha '.repeat(50)}">${'bcdefghij'
  .split('')
  .map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghij'[i]};`.repeat(30)}">`)
  .join('')}<!ENTITY e SYSTEM "file:///etc/passwd">]>`;
const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}${words}${close.repeat(depth)}`;

/** The same archive with 2 MiB in it that cannot be packed: a bomb beside it is below every ratio, and reaches the readers. */
function beside(archive: Uint8Array): Uint8Array {
  const files = openZip(archive, { maxEntries: 65_535, maxUnpackedBytes: 2 ** 31, maxRatio: 2 ** 31 });
  const members = files.names.map((name) => ({ name, content: files.read(name) ?? '' }));
  return makeZip([...members, { name: 'ballast.bin', content: ballast, isStored: true }]);
}

/** Numbers of a simple generator, which deflate finds nothing in. */
const ballast = Uint8Array.from({ length: 2 * mib }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24);

function archiveIn(depth: number): Uint8Array {
  let inner: Uint8Array = makeZip([note(1)]);
  for (let i = 0; i < depth; i++) inner = makeZip([{ name: `inner-${i}.zip`, content: inner }]);
  return inner;
}

const wordMl = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const docx = (documentXml: string | Uint8Array, more: readonly ZipMember[] = []) =>
  makeZip([
    {
      name: '[Content_Types].xml',
      content:
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    },
    {
      name: '_rels/.rels',
      content:
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    },
    { name: 'word/document.xml', content: documentXml },
    ...more,
  ]);
const docxBody = (body: string, prolog = '') =>
  `<?xml version="1.0"?>${prolog}<w:document xmlns:w="${wordMl}"><w:body>${body}</w:body></w:document>`;

const sheetMl = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const xlsx = (sheet: string, prolog = '', strings = '') =>
  makeZip([
    {
      name: '[Content_Types].xml',
      content: `<Types xmlns="${packages}/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      content: `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      content: `<workbook xmlns="${sheetMl}" xmlns:r="${office}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: `<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    },
    { name: 'xl/sharedStrings.xml', content: `<sst xmlns="${sheetMl}">${strings}</sst>` },
    { name: 'xl/worksheets/sheet1.xml', content: `${prolog}<worksheet xmlns="${sheetMl}">${sheet}</worksheet>` },
  ]);
const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;

const flate = (content: Uint8Array | string, filters = 1) => {
  let data = Buffer.from(content);
  for (let i = 0; i < filters; i++) data = deflateSync(data, { level: 1 });
  return data;
};
const pageOf = (contents: string) =>
  `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${contents} /Resources << /Font << /F 5 0 R >> >> >>`;
const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
const pdfWith = (dictionary: string, data: Uint8Array) =>
  makeRawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    pageOf('4 0 R'),
    { dictionary, data },
    font,
  ]);

export const bombs: readonly Bomb[] = [
  { name: 'zeros in a ZIP', filename: 'zeros.zip', make: () => makeZip([{ name: 'a.txt', content: zeros(60 * mib) }]) },
  {
    name: 'a ZIP that unpacks to more than it says',
    filename: 'liar.zip',
    make: () => makeZip([{ name: 'a.txt', content: zeros(60 * mib), declaredBytes: 1000 }, note(1)]),
  },
  {
    name: 'a ZIP of many files that are large together',
    filename: 'many-large.zip',
    make: () => makeZip(Array.from({ length: 40 }, (_, i) => ({ name: `${i}.txt`, content: zeros(mib) }))),
  },
  { name: 'archives in archives', filename: 'nested.zip', make: () => archiveIn(10) },
  {
    name: 'archives in an archive beside a file',
    filename: 'half-nested.zip',
    make: () => makeZip([note(1), { name: 'inner.zip', content: archiveIn(2) }]),
  },
  {
    name: '10,000 entries',
    filename: 'entries.zip',
    make: () => makeZip(Array.from({ length: 10_000 }, (_, i) => note(i))),
  },
  {
    name: '10,000 entries in a Word document',
    filename: 'entries.docx',
    isHeavy: true,
    make: () =>
      docx(
        docxBody(''),
        Array.from({ length: 10_000 }, (_, i) => note(i)),
      ),
  },
  {
    name: 'names that lead outside',
    filename: 'outside.zip',
    make: () =>
      makeZip(
        [
          '../../../../escaped.md',
          '/escaped.md',
          '..\\..\\escaped.md',
          'a/../../escaped.md',
          'C:\\escaped.md',
          `${'../'.repeat(500)}escaped.md`,
        ].map((name, i) => ({ name, content: `# Escaped ${i}\n\n${words}` })),
      ),
  },
  {
    name: 'a file under twenty names',
    filename: 'twins.zip',
    make: () => makeZip(Array.from({ length: 20 }, (_, i) => ({ name: `${i}.md`, content: words }))),
  },
  {
    name: 'an encrypted archive',
    filename: 'secret.zip',
    make: () => makeZip([{ ...note(1), isEncrypted: true }]),
  },
  {
    name: 'a PDF that is an archive too',
    filename: 'both.pdf',
    make: () => Buffer.concat([pdfWith('<< >>', Buffer.from('BT /F 12 Tf (Both) Tj ET')), makeZip([note(1)])]),
  },
  {
    name: 'an archive that is a page too',
    filename: 'both.html',
    make: () => Buffer.concat([Buffer.from(`<!doctype html><p>${words}</p><!--`), makeZip([note(1)])]),
  },
  {
    name: 'a picture that is a script too',
    filename: 'both.md',
    make: () => Buffer.from(`GIF89a/*${'\u0001'.repeat(6)}*/=1;alert(1)`, 'latin1'),
  },
  {
    name: 'a Word document that is a workbook too',
    filename: 'both.docx',
    make: () =>
      docx(docxBody(`<w:p><w:r><w:t>${words}</w:t></w:r></w:p>`), [{ name: 'xl/workbook.xml', content: '<x/>' }]),
  },
  { name: 'zeros in a Word document', filename: 'zeros.docx', isHeavy: true, make: () => docx(zeros(60 * mib)) },
  {
    name: '100 MB of a Word document, below every ratio',
    filename: 'heavy.docx',
    isHeavy: true,
    make: () => beside(docx(docxBody(`<w:p><w:r><w:t>${'gate '.repeat(20 * mib)}</w:t></w:r></w:p>`))),
  },
  {
    name: '80 MB of a workbook, below every ratio',
    filename: 'heavy.xlsx',
    isHeavy: true,
    make: () => beside(xlsx(`<sheetData>${`<row>${cell('A1', words)}</row>`.repeat(mib)}</sheetData>`)),
  },
  {
    name: '40 MB of zeros in an archive, below every ratio',
    filename: 'heavy.zip',
    isHeavy: true,
    make: () => beside(makeZip([note(1), { name: 'a.txt', content: zeros(40 * mib) }])),
  },
  {
    name: 'entities of entities in a Word document',
    filename: 'laughs.docx',
    make: () => docx(docxBody('<w:p><w:r><w:t>&j;&e;</w:t></w:r></w:p>', laughs)),
  },
  {
    name: 'a deep Word document',
    filename: 'deep.docx',
    isHeavy: true,
    make: () => beside(docx(docxBody(nested('<w:tbl><w:tr><w:tc>', '</w:tc></w:tr></w:tbl>', 20_000)))),
  },
  {
    name: 'a Word document of very many paragraphs',
    filename: 'long.docx',
    isHeavy: true,
    make: () =>
      docx(
        docxBody(Array.from({ length: 200_000 }, (_, i) => `<w:p><w:r><w:t>${i * 7919}</w:t></w:r></w:p>`).join('')),
      ),
  },
  {
    name: 'a workbook that says it has every cell',
    filename: 'all-cells.xlsx',
    make: () =>
      xlsx(
        `<dimension ref="A1:XFD1048576"/><sheetData><row r="1">${cell('A1', words)}</row><row r="1048576">${cell('XFD1048576', words)}</row></sheetData>`,
      ),
  },
  {
    name: 'a workbook with cells at the far end of each row',
    filename: 'far-cells.xlsx',
    make: () =>
      xlsx(
        `<sheetData>${Array.from({ length: 20_000 }, (_, i) => `<row r="${i + 1}">${cell(`XFD${i + 1}`, String(i * 7919))}</row>`).join('')}</sheetData>`,
      ),
  },
  {
    name: 'entities of entities in a workbook',
    filename: 'laughs.xlsx',
    make: () => xlsx(`<sheetData><row r="1">${cell('A1', '&j;&e;')}</row></sheetData>`, laughs),
  },
  {
    name: 'one long string in every cell of a workbook',
    filename: 'shared.xlsx',
    isHeavy: true,
    make: () =>
      xlsx(
        `<sheetData>${Array.from({ length: 50_000 }, (_, i) => `<row r="${i + 1}"><c r="A${i + 1}" t="s"><v>0</v></c></row>`).join('')}</sheetData>`,
        '',
        `<si><t>${words.repeat(400)}</t></si>`,
      ),
  },
  {
    name: 'a merged range of a whole sheet, and formats without end',
    filename: 'merged.xlsx',
    make: () =>
      xlsx(
        `<sheetData><row r="1">${cell('A1', words)}</row></sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>`,
      ),
  },
  {
    name: 'a deep presentation',
    filename: 'deep.pptx',
    isHeavy: true,
    make: () => beside(makePptx([{ title: 'Deep', shapes: nested('<p:grpSp>', '</p:grpSp>', 50_000) }])),
  },
  {
    name: 'entities of entities in a presentation',
    filename: 'laughs.pptx',
    make: () =>
      makePptx([
        { title: 'x', shapes: `${laughs}<p:sp><p:txBody><a:p><a:r><a:t>&j;&e;</a:t></a:r></a:p></p:txBody></p:sp>` },
      ]),
  },
  {
    name: 'a presentation of one slide named again and again',
    filename: 'again.pptx',
    isHeavy: true,
    make: () =>
      beside(
        makeZip([
          {
            name: 'ppt/presentation.xml',
            content: `<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst>${'<p:sldId r:id="rId1"/>'.repeat(2_900)}</p:sldIdLst></p:presentation>`,
          },
          {
            name: 'ppt/_rels/presentation.xml.rels',
            content:
              '<Relationships><Relationship Id="rId1" Type="x/slide" Target="slides/slide1.xml"/></Relationships>',
          },
          {
            name: 'ppt/slides/slide1.xml',
            content: `<p:sld xmlns:p="p" xmlns:a="a"><p:cSld><p:spTree><p:sp><p:txBody>${`<a:p><a:r><a:t>${words}</a:t></a:r></a:p>`.repeat(2_000)}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>`,
          },
        ]),
      ),
  },
  {
    name: 'a presentation that refers to itself and to files of the machine',
    filename: 'self.pptx',
    make: () =>
      makeZip([
        {
          name: 'ppt/presentation.xml',
          content:
            '<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId r:id="a"/><p:sldId r:id="b"/></p:sldIdLst></p:presentation>',
        },
        {
          name: 'ppt/_rels/presentation.xml.rels',
          content:
            '<Relationships><Relationship Id="a" Type="x/slide" Target="presentation.xml"/><Relationship Id="b" Type="x/slide" Target="../../../../../../etc/passwd"/></Relationships>',
        },
      ]),
  },
  {
    name: 'an e-book whose package is a file of the machine',
    filename: 'outside.epub',
    make: () =>
      makeZip([
        {
          name: 'META-INF/container.xml',
          content: '<container><rootfiles><rootfile full-path="../../../../etc/passwd"/></rootfiles></container>',
        },
      ]),
  },
  {
    name: 'a deep chapter',
    filename: 'deep.epub',
    isHeavy: true,
    make: () => beside(makeEpub('Deep', [{ name: 'a.xhtml', label: 'A', body: nested('<div>', '</div>', 100_000) }])),
  },
  {
    name: 'a chapter of open tags',
    filename: 'open.epub',
    make: () => beside(makeEpub('Open', [{ name: 'a.xhtml', label: 'A', body: '<p <p <a '.repeat(300_000) }])),
  },
  {
    name: 'entities of entities in an e-book',
    filename: 'laughs.epub',
    make: () => makeEpub('x', [{ name: 'a.xhtml', label: 'A', body: `${laughs}<p>&j;&e;${words}</p>` }]),
  },
  {
    name: 'a PDF page that unpacks without end',
    filename: 'flate.pdf',
    isHeavy: true,
    make: () => pdfWith('<< /Filter /FlateDecode >>', flate(Buffer.alloc(200 * mib, ' '))),
  },
  {
    name: 'a PDF page packed three times over',
    filename: 'flate-flate.pdf',
    isHeavy: true,
    make: () =>
      pdfWith('<< /Filter [/FlateDecode /FlateDecode /FlateDecode] >>', flate(Buffer.alloc(200 * mib, '0 '), 3)),
  },
  {
    name: 'a PDF page of very many operators',
    filename: 'operators.pdf',
    isHeavy: true,
    make: () => pdfWith('<< /Filter /FlateDecode >>', flate(`BT /F 12 Tf ${'(gate) Tj 1 0 Td '.repeat(2_000_000)} ET`)),
  },
  {
    name: 'a PDF page of open states',
    filename: 'states.pdf',
    isHeavy: true,
    make: () => pdfWith('<< /Filter /FlateDecode >>', flate('q '.repeat(5_000_000))),
  },
  {
    name: 'a PDF with pages in a circle',
    filename: 'circle.pdf',
    make: () =>
      makeRawPdf([
        '<< /Type /Catalog /Pages 2 0 R >>',
        '<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 1000 >>',
        '<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000 /Parent 2 0 R >>',
      ]),
  },
  {
    name: 'a PDF that says it has a billion pages',
    filename: 'billion.pdf',
    make: () => makeRawPdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 1000000000 >>']),
  },
  {
    name: 'a PDF of 2,900 pages with the same heavy content',
    filename: 'heavy-pages.pdf',
    isHeavy: true,
    make: () => {
      const pages = 2_900;
      const content = {
        dictionary: '<< /Filter /FlateDecode >>',
        data: flate(`BT /F 12 Tf ${'(gate) Tj 0 -1 Td '.repeat(20_000)} ET`),
      };
      const kids = Array.from({ length: pages }, (_, i) => `${i + 5} 0 R`).join(' ');
      const page =
        '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 3 0 R /Resources << /Font << /F 4 0 R >> >> >>';
      return makeRawPdf([
        '<< /Type /Catalog /Pages 2 0 R >>',
        `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`,
        content,
        font,
        ...Array.from({ length: pages }, () => page),
      ]);
    },
  },
  {
    name: 'a PDF of deep arrays',
    filename: 'arrays.pdf',
    make: () =>
      makeRawPdf([
        '<< /Type /Catalog /Pages 2 0 R >>',
        `<< /Type /Pages /Kids ${'['.repeat(500_000)}${']'.repeat(500_000)} /Count 1 >>`,
      ]),
  },
  {
    name: 'a PDF of nothing but object numbers',
    filename: 'numbers.pdf',
    make: () => `%PDF-1.7\n${'1 0 obj\n'.repeat(200_000)}`,
  },
  {
    name: 'a deep mail',
    filename: 'deep.eml',
    make: () =>
      `From: a@b.c\nDate: x\nSubject: x\n${Array.from({ length: 20_000 }, (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\n\n--b${i}\n`).join('')}`,
  },
  {
    name: 'a mail with one very long header',
    filename: 'header.eml',
    isHeavy: true,
    make: () => `From: a@b.c\nDate: x\nSubject: ${'=?UTF-8?Q?=C3=BC?= '.repeat(500_000)}\n\n${words}`,
  },
  {
    name: 'a mail to everybody',
    filename: 'everybody.eml',
    make: () =>
      `From: a@b.c\nDate: x\nTo: ${Array.from({ length: 60_000 }, (_, i) => `"(${i}" <${i}@example.org>`).join(', ')}\n\n${words}`,
  },
  {
    name: 'a mail of mails',
    filename: 'mails.eml',
    isHeavy: true,
    make: () => `${'From: a@b.c\nDate: x\nContent-Type: message/rfc822\n\n'.repeat(5_000)}${words}`,
  },
  {
    name: 'a quote that never ends',
    filename: 'quote.csv',
    isHeavy: true,
    make: () => `a,b\n"${'x,y\n'.repeat(1_500_000)}`,
  },
  { name: 'quotes of quotes', filename: 'quotes.csv', isHeavy: true, make: () => '"a"b,"c""d" ,e"\n'.repeat(400_000) },
  {
    name: 'a million columns',
    filename: 'columns.csv',
    isHeavy: true,
    make: () => `${'a,'.repeat(1_000_000)}\n${'1,'.repeat(1_000_000)}`,
  },
  { name: 'a table of commas', filename: 'commas.csv', isHeavy: true, make: () => `${','.repeat(9_000_000)}x` },
  { name: 'a line of 3 MB', filename: 'line.txt', isHeavy: true, make: () => 'x'.repeat(3_000_000) },
  {
    name: 'marks upon marks',
    filename: 'marks.txt',
    isHeavy: true,
    make: () => `a${'\u0301'.repeat(2_000_000)} ${words}`,
  },
  {
    name: 'text in another direction, and halves of letters',
    filename: 'halves.txt',
    make: () => Buffer.from(`\ufeff${'\ud800\u202e'.repeat(200_000)} ${words}`, 'utf16le'),
  },
  {
    name: 'brackets of Markdown',
    filename: 'brackets.md',
    isHeavy: true,
    make: () => `${'['.repeat(500_000)}${'](x) ![a]('.repeat(50_000)}`,
  },
  {
    name: 'fences of Markdown',
    filename: 'fences.md',
    make: () => `${'`'.repeat(500_000)}\n${'# #\n'.repeat(500_000)}`,
  },
  {
    name: 'a deep page',
    filename: 'deep.html',
    isHeavy: true,
    make: () => `<!doctype html><body>${nested('<div>', '</div>', 200_000)}`,
  },
  {
    name: 'a page of open comments',
    filename: 'comments.html',
    make: () => `<!doctype html><body>${'<!-- <p title="'.repeat(300_000)}`,
  },
  {
    name: 'a page of tables in tables',
    filename: 'tables.html',
    make: () => `<!doctype html><body>${'<table><tr><td>'.repeat(3_000)}${words.repeat(1_000)}`,
  },
  {
    name: 'noise',
    filename: 'noise',
    make: () => Buffer.from(Array.from({ length: 500_000 }, (_, i) => (((i * 7919) ^ (i >> 3)) % 251) | 0x80)),
  },
];
