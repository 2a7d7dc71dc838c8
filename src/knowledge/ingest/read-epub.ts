import { parseHTML } from 'linkedom';
import { decodeText } from './decode-text.ts';
import { type HtmlNode, htmlToText } from './html-text.ts';
import { ParseError } from './parse-error.ts';
import type { ParsedDocument } from './parsed-document.ts';
import { TextBuilder } from './text-builder.ts';
import { allOf, at, attribute, childrenOf, partName, readXml, textOf, type XmlNode } from './xml-tree.ts';
import { officeLimits, openZip, type ZipFiles } from './zip-directory.ts';

/** The chapters of an e-book in the order of its spine, with their headings; one that has none gets its name in the table of contents. The
 *  table itself and pictures are left out.
 *  @throws ParseError `broken`, `encrypted`, `unpacks_too_large` or `too_much_text`
 *  @see https://www.w3.org/TR/epub-33/#sec-package-doc */
export function readEpub(
  bytes: Uint8Array,
  fallbackTitle: string,
  limits: { maxTextChars: number },
): Omit<ParsedDocument, 'mediaType'> {
  const files = openZip(bytes, officeLimits);
  const book = openBook(files);
  refuseEncrypted(files, book.chapters);
  const labels = labelsOf(files, book.contents);
  const out = new TextBuilder();
  for (const name of book.chapters) {
    const source = files.read(name);
    if (source === undefined) throw new ParseError('broken');
    const page: HtmlNode & { querySelector(selector: string): HtmlNode | null } = parseHTML(
      asHtml(decodeText(source).text),
    ).document;
    const body = page.querySelector('body') ?? page;
    const label = labels.get(name);
    if (label !== undefined && page.querySelector('h1, h2, h3, h4, h5, h6') === null) {
      out.heading(1, () => out.words(label));
    }
    out.break(2);
    htmlToText(body, out);
    out.break(2);
    if (out.text.length > limits.maxTextChars) throw new ParseError('too_much_text');
  }
  return { title: book.title || fallbackTitle, text: out.text, headings: out.headings };
}

type Book = {
  title: string;
  /** Names in the archive, in the order of reading. */
  chapters: string[];
  /** The table of contents: of EPUB 3, else of EPUB 2. */
  contents: string | undefined;
};

function openBook(files: ZipFiles): Book {
  const container = at(readXml(files, 'META-INF/container.xml'), 'rootfiles', 'rootfile');
  const packageName = attribute(container, 'full-path');
  const root = readXml(files, packageName);
  const items = childrenOf(at(root, 'manifest'), 'item').map((item) => ({
    id: attribute(item, 'id'),
    name: partName(packageName, withoutEscapes(attribute(item, 'href'))),
    type: attribute(item, 'media-type'),
    isContents: attribute(item, 'properties').split(' ').includes('nav'),
  }));
  const byId = new Map(items.map((item) => [item.id, item]));
  const spine = at(root, 'spine');
  const read = childrenOf(spine, 'itemref').flatMap((reference) => byId.get(attribute(reference, 'idref')) ?? []);
  const chapters = read.filter(({ type, isContents }) => /html/i.test(type) && !isContents);
  if (chapters.length === 0) throw new ParseError('broken');
  return {
    title: textOf(at(root, 'metadata', 'title')),
    // A chapter that the spine names again and again is read once.
    chapters: [...new Set(chapters.map(({ name }) => name))],
    contents: (items.find(({ isContents }) => isContents) ?? byId.get(attribute(spine, 'toc')))?.name,
  };
}

/** Fonts may be disguised in a book that can be read; chapters in a cipher are under somebody's lock. */
function refuseEncrypted(files: ZipFiles, chapters: readonly string[]): void {
  const ciphers = [...allOf(readXml(files, 'META-INF/encryption.xml'), 'CipherReference')];
  const locked = new Set(ciphers.map((each) => withoutEscapes(attribute(each, 'URI'))));
  if (chapters.some((name) => locked.has(name))) {
    throw new ParseError('encrypted', { message: 'This e-book is locked (DRM) and cannot be read.' });
  }
}

/** What the table of contents calls each chapter: the first entry that points into it. */
function labelsOf(files: ZipFiles, contents: string | undefined): Map<string, string> {
  const labels = new Map<string, string>();
  const root = contents === undefined ? undefined : readXml(files, contents);
  if (contents === undefined || root === undefined) return labels;
  const note = (target: string, label: string) => {
    const name = partName(contents, withoutEscapes(target.split('#')[0] ?? ''));
    if (label !== '' && !labels.has(name)) labels.set(name, label);
  };
  for (const link of allOf(root, 'a')) note(attribute(link, 'href'), textOf(link));
  for (const point of points(root)) note(attribute(at(point, 'content'), 'src'), textOf(at(point, 'navLabel')));
  return labels;
}

/** Entries of a table of contents of EPUB 2, those inside of others too. */
function* points(node: XmlNode): Generator<XmlNode> {
  for (const point of allOf(node, 'navPoint')) {
    yield point;
    yield* points(point);
  }
}

/** Elements without content as HTML writes them: a browser would take `<title/>` for the beginning of a title. */
function asHtml(xhtml: string): string {
  return xhtml.replaceAll(/<([a-z][\w:-]*)([^<>]*)\/>/gi, (whole: string, name: string, attributes: string) =>
    voidElements.has(name.toLowerCase()) ? whole : `<${name}${attributes}></${name}>`,
  );
}

const voidElements: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);

function withoutEscapes(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}
