import { expect, test } from 'vitest';
import { encodeAs } from '../testing/encode-as.ts';
import { parseBytes } from './parse-bytes.ts';
import { parseDocument } from './parse-document.ts';

const limits = { maxPages: 100, maxTextChars: 1_000_000 };
const bytesOf = (lines: readonly string[]) => new TextEncoder().encode(lines.join('\r\n'));
const head = [
  'Received: from mail.example.org by mx.example.org; Mon, 2 Mar 2026 10:30:01 +0100',
  'From: =?UTF-8?Q?Zo=C3=AB?= <zoe@example.org>',
  'To: Ada <ada@example.org>, bob@example.org',
  'Subject: =?UTF-8?B?UMO8bXBl?= needs a new',
  '\tvalve',
  'Date: Mon, 2 Mar 2026 10:30:00 +0100',
  'MIME-Version: 1.0',
];

test('an e-mail is its subject, from whom to whom and when, and its text; what is attached is named', async () => {
  const bytes = bytesOf([
    ...head,
    'Content-Type: multipart/mixed; boundary="outer"',
    '',
    '--outer',
    'Content-Type: multipart/alternative; boundary="inner"',
    '',
    '--inner',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'The valve of the P=FCmpe leaks.',
    '',
    'Please order one.',
    '--inner',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>Not this version.</p>',
    '--inner--',
    '--outer',
    'Content-Type: application/pdf; name="order.pdf"',
    'Content-Disposition: attachment; filename="order.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    'JVBERi0xLjcK',
    '--outer--',
    '',
  ]);
  const { title, text, headings, notices, mediaType } = await parseDocument({ fileName: 'valve.eml', bytes });
  expect(title).toBe('Pümpe needs a new valve');
  expect(mediaType).toBe('message/rfc822');
  expect(text.replaceAll('\r', '')).toBe(
    [
      'Pümpe needs a new valve',
      '',
      'From: Zoë <zoe@example.org>',
      'To: Ada <ada@example.org>, bob@example.org',
      'Date: 2026-03-02 09:30 UTC',
      'Attachments: order.pdf',
      '',
      'The valve of the Pümpe leaks.',
      '',
      'Please order one.',
    ].join('\n'),
  );
  expect(headings).toEqual([{ level: 1, text: 'Pümpe needs a new valve', start: 0 }]);
  expect(notices).toEqual(['What is attached was not read: order.pdf. Upload it by itself to ask about it.']);
});

test('a mail that is a page alone is read as one, without what it hides', async () => {
  const page =
    '<html><head><style>p{}</style></head><body><h2>Order</h2><ul><li>one valve</li></ul><script>x()</script></body></html>';
  const bytes = bytesOf([...head, 'Content-Type: text/html; charset=utf-8', '', page]);
  const { text } = await parseBytes(bytes, 'a.eml', limits);
  expect(text).toContain('Order\n\n- one valve');
  expect(text).not.toContain('x()');
});

test('a mail in another encoding is read in the one it declares, whatever its bytes look like', async () => {
  const russian = 'Клапан насоса течёт.';
  const bytes = Buffer.concat([
    bytesOf([...head, 'Content-Type: text/plain; charset=koi8-r', 'Content-Transfer-Encoding: 8bit', '', '']),
    encodeAs('koi8-r', russian),
  ]);
  expect((await parseBytes(bytes, 'a.eml', limits)).text).toContain(russian);
});

test('a name that promises a mail must hold one; without such a name a text must look like one', async () => {
  await expect(parseBytes(bytesOf(['Just some words.']), 'a.eml', limits)).rejects.toMatchObject({
    code: 'lying_type',
    message: 'This file is named .eml, but it holds plain text. Check the file and upload it again.',
  });
  const mail = bytesOf([...head, '', 'Words.']);
  expect((await parseBytes(mail, 'message', limits)).mediaType).toBe('message/rfc822');
  expect((await parseBytes(mail, 'notes.txt', limits)).mediaType).toBe('text/plain');
  const notes = bytesOf(['From: Ada', 'Subject: notes', '', 'These are notes.']);
  expect((await parseBytes(notes, 'notes', limits)).mediaType).toBe('text/plain');
});

test('parts within parts without end are damage', async () => {
  const nested = Array.from({ length: 200 }, (_, i) => [
    `Content-Type: multipart/mixed; boundary="b${i}"`,
    '',
    `--b${i}`,
  ]).flat();
  await expect(parseBytes(bytesOf([...head, ...nested, '', 'x']), 'a.eml', limits)).rejects.toMatchObject({
    code: 'broken',
  });
});
