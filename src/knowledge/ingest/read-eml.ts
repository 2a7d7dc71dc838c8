import PostalMime, { type Address, type Email } from 'postal-mime';
import { htmlToText } from './html-text.ts';
import { ParseError } from './parse-error.ts';
import type { ParsedDocument } from './parsed-document.ts';
import { pageBody } from './read-html.ts';
import { TextBuilder } from './text-builder.ts';

/** An e-mail: its subject as heading, from whom to whom and when, and what it says. What is attached is named and not read.
 *  @throws ParseError `broken` */
export async function readEml(bytes: Uint8Array, fallbackTitle: string): Promise<Omit<ParsedDocument, 'mediaType'>> {
  const mail = await parseMail(bytes);
  const subject = mail.subject?.trim() ?? '';
  const attached = mail.attachments
    .filter(({ related, filename }) => related !== true && filename !== null)
    .map(({ filename }) => oneLine(filename ?? ''));
  const out = new TextBuilder();
  if (subject !== '') out.heading(1, () => out.words(subject));
  const lines: [string, string][] = [
    ['From', people(mail.from && [mail.from])],
    ['To', people(mail.to)],
    ['Cc', people(mail.cc)],
    ['Date', dateWords(mail.date)],
    ['Attachments', attached.join(', ')],
  ];
  for (const [name, value] of lines) {
    if (value === '') continue;
    out.break(1);
    out.words(`${name}: ${value}`);
  }
  out.break(2);
  if (/[\p{L}\p{N}]/u.test(mail.text ?? '')) out.verbatim(mail.text ?? '');
  else if (mail.html !== undefined) htmlToText(pageBody(mail.html), out);
  return {
    title: subject || fallbackTitle,
    text: out.text,
    headings: out.headings,
    notices:
      attached.length === 0
        ? []
        : [`What is attached was not read: ${attached.join(', ')}. Upload it by itself to ask about it.`],
  };
}

/** Mails that people forward to each other stay under 10. */
const maxNestingDepth = 30;
const maxHeadersSize = 2 ** 20;

async function parseMail(bytes: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, { maxNestingDepth, maxHeadersSize });
  } catch (error) {
    throw new ParseError('broken', { cause: error });
  }
}

function people(addresses: readonly Address[] | undefined): string {
  return (addresses ?? [])
    .flatMap((each) => each.group ?? [each])
    .map(({ name, address }) => oneLine(name === '' || name === address ? address : `${name} <${address}>`))
    .join(', ');
}

/** The moment in UTC, or what the mail says where that is no date. */
function dateWords(date: string | undefined): string {
  const moment = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(date ?? '');
  return moment ? `${moment[1]} ${moment[2]} UTC` : oneLine(date ?? '');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
