import { TextBuilder } from './text-builder.ts';

/** What is used of a DOM node. */
export type HtmlNode = {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly childNodes: Iterable<HtmlNode>;
  getAttribute?(name: string): string | null;
};

/** Writes a tree of HTML as text: paragraphs apart by a blank line, list items with a dash, a table row on one line with its cells
 *  between bars, preformatted text as it is. Headings are remembered. */
export function htmlToText(root: HtmlNode, out = new TextBuilder()): TextBuilder {
  for (const node of root.childNodes) writeNode(node, out);
  return out;
}

const textNode = 3;
const elementNode = 1;
const skipped = new Set(
  'SCRIPT STYLE NOSCRIPT TEMPLATE HEAD TITLE SVG MATH IFRAME OBJECT CANVAS VIDEO AUDIO BUTTON SELECT INPUT TEXTAREA'.split(
    ' ',
  ),
);
const paragraphs = new Set(
  (
    'ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CENTER DETAILS DIV DL FIELDSET FIGURE FOOTER FORM HEADER HGROUP HR MAIN NAV OL P SECTION ' +
    'TABLE UL'
  ).split(' '),
);
const linesOfTheirOwn = new Set('CAPTION DD DT FIGCAPTION LEGEND LI SUMMARY TR'.split(' '));

function writeNode(node: HtmlNode, out: TextBuilder): void {
  if (node.nodeType === textNode) {
    out.words(node.textContent ?? '');
    return;
  }
  const name = node.nodeName.toUpperCase();
  if (node.nodeType !== elementNode || skipped.has(name) || isHidden(node)) return;
  const level = /^H([1-6])$/.exec(name)?.[1];
  if (level !== undefined) {
    out.heading(Number(level), () => {
      htmlToText(node, out);
    });
  } else if (name === 'BR') {
    out.break(1);
  } else if (name === 'PRE') {
    out.break(2);
    out.verbatim(node.textContent ?? '');
    out.break(2);
  } else if (name === 'TR') {
    writeRow(node, out);
  } else if (paragraphs.has(name)) {
    out.break(2);
    htmlToText(node, out);
    out.break(2);
  } else if (linesOfTheirOwn.has(name)) {
    if (name === 'LI') out.item();
    else out.break(1);
    htmlToText(node, out);
    out.break(1);
  } else {
    htmlToText(node, out);
  }
}

/** A table inside a cell becomes part of that cell. */
function writeRow(row: HtmlNode, out: TextBuilder): void {
  out.break(1);
  let isFirst = true;
  for (const cell of row.childNodes) {
    const name = cell.nodeName.toUpperCase();
    if (name !== 'TD' && name !== 'TH') continue;
    const text = htmlToText(cell).text.replace(/\s+/g, ' ').trim();
    if (!isFirst) out.words(' | ');
    out.words(text);
    isFirst = false;
  }
  out.break(1);
}

function isHidden(node: HtmlNode): boolean {
  return (
    node.getAttribute?.('hidden') != null ||
    node.getAttribute?.('aria-hidden') === 'true' ||
    /display\s*:\s*none/i.test(node.getAttribute?.('style') ?? '')
  );
}
