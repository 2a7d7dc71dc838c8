import { makeZip, type ZipMember } from './make-zip.ts';

export type MadeChapter = {
  name: string;
  /** What the table of contents calls it. */
  label: string;
  /** XHTML inside of the body. */
  body: string;
};

const xml = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** An e-book of EPUB 3, with a table of contents in its spine as most have. The manifest lists chapters in another order than the spine. */
export function makeEpub(title: string, chapters: readonly MadeChapter[], more: readonly ZipMember[] = []): Uint8Array {
  const items = chapters.map(
    ({ name }, i) => `<item id="c${i}" href="text/${encodeURIComponent(name)}" media-type="application/xhtml+xml"/>`,
  );
  return makeZip([
    { name: 'mimetype', content: 'application/epub+zip', isStored: true },
    {
      name: 'META-INF/container.xml',
      content: `${xml}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`,
    },
    {
      name: 'OEBPS/book.opf',
      content: `${xml}<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${title}</dc:title></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>${items.toReversed().join('')}</manifest>
<spine><itemref idref="nav"/>${chapters.map((_chapter, i) => `<itemref idref="c${i}"/>`).join('')}</spine></package>`,
    },
    {
      name: 'OEBPS/nav.xhtml',
      content: page(
        'Contents',
        `<nav><ol>${chapters.map(({ name, label }) => `<li><a href="text/${encodeURIComponent(name)}#top">${label}</a></li>`).join('')}</ol></nav>`,
      ),
    },
    ...chapters.map(({ name, body }) => ({ name: `OEBPS/text/${name}`, content: page('', body) })),
    ...more,
  ]);
}

/** An empty title is written as one tag, as XHTML may. */
function page(title: string, body: string): string {
  const head = title === '' ? '<title/>' : `<title>${title}</title>`;
  return `${xml}<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml"><head>${head}</head><body>${body}</body></html>`;
}
