import { utils, write } from '@e965/xlsx';
import { Document, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow } from 'docx';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { encodeAs } from '../../../src/knowledge/testing/encode-as.ts';
import { makeEpub } from '../../../src/knowledge/testing/make-epub.ts';
import { makePptx } from '../../../src/knowledge/testing/make-pptx.ts';
import { makeZip } from '../../../src/knowledge/testing/make-zip.ts';
import { officeLimits, openZip } from '../../../src/knowledge/ingest/zip-directory.ts';
import type { Random } from '../random.ts';

export type MadeFile = { filename: string; bytes: Uint8Array };

const sentences = Array.from({ length: 40 }, (_, i) => `Gate ${i} opens at ${i % 24} and its lamp is green.`);

/** A good file of every kind that is read. */
export async function goodFiles(): Promise<MadeFile[]> {
  const text = sentences.join(' ');
  const rows = [['Gate', 'Hour', 'Lamp'], ...sentences.map((_sentence, i) => [`Gate ${i}`, i % 24, 'green'])];
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows), 'Gates');
  const markdown = `# Gates\n\n${sentences.map((sentence) => `- ${sentence}`).join('\n')}\n`;
  const csv = rows.map((row) => row.map((cell) => `"${cell}"`).join(';')).join('\r\n');
  const mail = [
    'From: Ada <ada@example.org>',
    'To: bob@example.org',
    'Subject: =?UTF-8?Q?G=C3=A4tes?=',
    'Date: Mon, 2 Mar 2026 10:30:00 +0100',
    'Content-Type: multipart/mixed; boundary="b"',
    '',
    '--b',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(`<h1>Gates</h1><p>${text}</p>`).toString('base64'),
    '--b',
    'Content-Type: text/plain; name="gates.txt"',
    'Content-Disposition: attachment; filename="gates.txt"',
    '',
    text,
    '--b--',
  ].join('\r\n');
  const slides = sentences
    .slice(0, 8)
    .map((sentence, i) => ({ title: `Gate ${i}`, points: [sentence, 'Green'], notes: sentence }));
  const chapters = sentences
    .slice(0, 8)
    .map((sentence, i) => ({ name: `${i}.xhtml`, label: `Gate ${i}`, body: `<p>${sentence}</p>` }));
  const made: [string, Uint8Array | string][] = [
    ['gates.md', markdown],
    ['gates.txt', encodeAs('shift_jis', `門は七時に開きます。灯りは緑です。${text}`)],
    [
      'gates.html',
      `<!doctype html><title>Gates</title><article><h1>Gates</h1><table><tr><td>${text}</td></tr></table></article>`,
    ],
    ['gates.csv', csv],
    ['gates.eml', mail],
    ['gates.pdf', await pdf()],
    ['gates.docx', await docx()],
    ['gates.xlsx', write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Buffer],
    ['gates.pptx', makePptx(slides, 'Gates')],
    ['gates.epub', makeEpub('Gates', chapters)],
    [
      'gates.zip',
      makeZip([
        { name: 'a/gates.md', content: markdown },
        { name: 'gates.csv', content: csv, isStored: true },
      ]),
    ],
  ];
  return made.map(([filename, content]) => ({ filename, bytes: new Uint8Array(Buffer.from(content)) }));
}

async function pdf(): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const sentence of sentences.slice(0, 6))
    document.addPage().drawText(sentence, { x: 50, y: 700, size: 12, font });
  return document.save();
}

async function docx(): Promise<Uint8Array> {
  const cells = ['Gate', 'Lamp'].map((text) => new TableCell({ children: [new Paragraph(text)] }));
  const children = [
    new Paragraph({ text: 'Gates', heading: HeadingLevel.HEADING_1 }),
    ...sentences.map((sentence) => new Paragraph(sentence)),
    new Table({ rows: [new TableRow({ children: cells })] }),
  ];
  return Packer.toBuffer(new Document({ sections: [{ children }] }));
}

/** A file that was good, damaged at one to five places; of an archive, now and then, what is in it, so that the damage reaches the readers behind
 *  the unpacking. */
export function mutate(file: MadeFile, random: Random): MadeFile {
  const isArchive = file.bytes[0] === 0x50 && file.bytes[1] === 0x4b;
  const bytes = isArchive && random.unit() < 0.7 ? withDamagedMember(file.bytes, random) : damaged(file.bytes, random);
  return { ...file, bytes };
}

function withDamagedMember(bytes: Uint8Array, random: Random): Uint8Array {
  const files = openZip(bytes, officeLimits);
  const hit = random.between(0, files.names.length - 1);
  return makeZip(
    files.names.map((name, i) => {
      const content = files.read(name) ?? Buffer.alloc(0);
      return { name, content: i === hit ? damaged(content, random) : content };
    }),
  );
}

function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  let left: Uint8Array = bytes;
  for (let times = random.between(1, 5); times > 0; times--) left = random.oneOf(damages)(left, random);
  return left;
}

type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const span = ({ length }: Uint8Array, random: Random, most: number) => {
  const start = random.between(0, Math.max(0, length - 1));
  return [start, Math.min(length, start + random.between(1, most))] as const;
};
const oddNumbers: readonly [string, ...string[]] = [
  '0',
  '-1',
  '99999999999',
  '4294967295',
  '1e309',
  'NaN',
  '2147483648',
];

const damages: readonly [Damage, ...Damage[]] = [
  function flipBits(bytes, random) {
    const flipped = Uint8Array.from(bytes);
    for (let i = random.between(1, 8); i > 0; i--) {
      const at = random.between(0, Math.max(0, bytes.length - 1));
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.between(0, 7));
    }
    return flipped;
  },
  function cutOff(bytes, random) {
    return bytes.slice(0, random.between(0, bytes.length));
  },
  function leaveOut(bytes, random) {
    const [start, end] = span(bytes, random, 200);
    return joined(bytes.subarray(0, start), bytes.subarray(end));
  },
  function repeat(bytes, random) {
    const [start, end] = span(bytes, random, 200);
    const times = random.oneOf([2, 20, 2_000]);
    return joined(
      bytes.subarray(0, start),
      ...Array.from({ length: times }, () => bytes.subarray(start, end)),
      bytes.subarray(end),
    );
  },
  function overwrite(bytes, random) {
    const [start, end] = span(bytes, random, 64);
    return Uint8Array.from(bytes).fill(random.oneOf([0, 0xff, 0x20, 0x3c]), start, end);
  },
  function swap(bytes, random) {
    const [start, end] = span(bytes, random, 500);
    return joined(bytes.subarray(end), bytes.subarray(start, end), bytes.subarray(0, start));
  },
  function changeNumber(bytes, random) {
    const text = Buffer.from(bytes).toString('latin1');
    const numbers = [...text.matchAll(/\d+/g)];
    const hit = numbers[random.between(0, Math.max(0, numbers.length - 1))];
    if (!hit) return bytes;
    const changed = text.slice(0, hit.index) + random.oneOf(oddNumbers) + text.slice(hit.index + hit[0].length);
    return new Uint8Array(Buffer.from(changed, 'latin1'));
  },
];
