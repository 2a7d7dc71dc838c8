import type { TextBuilder } from './text-builder.ts';
import { allOf, at, attribute, childrenOf, localName, textOf, type XmlNode } from './xml-tree.ts';

/** Writes what stands on a slide: its title first, as a heading, then its shapes in their order.
 *  @param diagramOf  the data of a diagram (SmartArt) by the id under which the slide refers to it */
export function writeSlide(slide: XmlNode, out: TextBuilder, diagramOf: (id: string) => XmlNode | undefined): void {
  const shapes = [...shapesOf(at(slide, 'cSld', 'spTree'))];
  const title = shapes.find((shape) => titles.has(placeholderOf(shape) ?? '') && paragraphsOf(shape).length > 0);
  if (title) out.heading(1, () => out.words(paragraphsOf(title).join(' ')));
  for (const shape of shapes) {
    if (shape === title || leftOut.has(placeholderOf(shape) ?? '')) continue;
    out.break(2);
    if (localName(shape) === 'graphicFrame') writeFrame(shape, out, diagramOf);
    else writeParagraphs(paragraphsOf(shape), out, placeholderOf(shape) !== undefined);
  }
  out.break(2);
}

/** Writes a slide's speaker notes, told apart from what stands on it. */
export function writeSlideNotes(notes: XmlNode, out: TextBuilder): void {
  const body = [...shapesOf(at(notes, 'cSld', 'spTree'))].filter((shape) => placeholderOf(shape) === 'body');
  const paragraphs = body.flatMap(paragraphsOf);
  if (paragraphs.length === 0) return;
  out.break(2);
  out.words(`Speaker notes: ${paragraphs[0] ?? ''}`);
  writeParagraphs(paragraphs.slice(1), out, false);
}

const titles: ReadonlySet<string> = new Set(['title', 'ctrTitle']);
/** What stands on every slide alike. */
const leftOut: ReadonlySet<string> = new Set(['dt', 'ftr', 'hdr', 'sldNum', 'sldImg']);

/** Shapes with words in their order, those in groups too. Of two versions of a shape, the one for newer programs. */
function* shapesOf(tree: XmlNode | undefined): Generator<XmlNode> {
  for (const node of childrenOf(tree)) {
    const name = localName(node);
    if (name === 'sp' || name === 'graphicFrame') yield node;
    else if (name === 'grpSp') yield* shapesOf(node);
    else if (name === 'AlternateContent') yield* shapesOf(at(node, 'Choice') ?? at(node, 'Fallback'));
  }
}

/** What a shape is there for, as the layout says: `title`, `body`, …; undefined for a shape that its slide alone has. */
function placeholderOf(shape: XmlNode): string | undefined {
  const placeholder = at(shape, 'nvSpPr', 'nvPr', 'ph');
  return placeholder && (attribute(placeholder, 'type') || 'content');
}

function writeFrame(frame: XmlNode, out: TextBuilder, diagramOf: (id: string) => XmlNode | undefined): void {
  const data = at(frame, 'graphic', 'graphicData');
  for (const row of childrenOf(at(data, 'tbl'), 'tr')) {
    out.break(1);
    out.words(
      childrenOf(row, 'tc')
        .map((cell) => paragraphsOf(cell).join(' '))
        .join(' | '),
    );
  }
  const diagram = attribute(at(data, 'relIds'), 'r:dm');
  if (diagram === '') return;
  const points = [...allOf(at(diagramOf(diagram), 'ptLst'), 't')];
  writeParagraphs(points.flatMap(paragraphsIn), out, true);
}

/** Points of a list get a dash each, so that they are not taken for one sentence. */
function writeParagraphs(paragraphs: readonly string[], out: TextBuilder, isList: boolean): void {
  for (const paragraph of paragraphs) {
    if (isList && paragraphs.length > 1) out.item();
    else out.break(2);
    out.words(paragraph);
    out.break(isList ? 1 : 2);
  }
}

function paragraphsOf(shape: XmlNode): string[] {
  return paragraphsIn(at(shape, 'txBody'));
}

function paragraphsIn(body: XmlNode | undefined): string[] {
  return childrenOf(body, 'p')
    .map((paragraph) => childrenOf(paragraph).map(runText).join('').replaceAll(/\s+/g, ' ').trim())
    .filter((text) => text !== '');
}

function runText(run: XmlNode): string {
  const name = localName(run);
  if (name === 'br') return ' ';
  return name === 'r' || name === 'fld' ? (at(run, 't')?.textContent ?? '') : textOf(at(run, 't'));
}
