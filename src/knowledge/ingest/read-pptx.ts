import { ParseError } from './parse-error.ts';
import type { PageSpan, ParsedDocument } from './parsed-document.ts';
import { writeSlide, writeSlideNotes } from './slide-text.ts';
import { TextBuilder } from './text-builder.ts';
import { numberRanges } from './textless-pages.ts';
import { allOf, at, attribute, childrenOf, partName, readXml, textOf, type XmlNode } from './xml-tree.ts';
import { officeLimits, openZip, type ZipFiles } from './zip-directory.ts';

/** The slides of a presentation in their order, each a page: title as heading, texts, tables, diagrams, speaker notes. Hidden slides are left
 *  out; they count as pages, as PowerPoint numbers them.
 *  @throws ParseError `broken`, `encrypted`, `unpacks_too_large`, `too_many_pages` or `too_much_text`
 *  @see ECMA-376-1, 19.3 (PresentationML), 21.1 (DrawingML) */
export function readPptx(
  bytes: Uint8Array,
  fallbackTitle: string,
  limits: { maxPages: number; maxTextChars: number },
): Omit<ParsedDocument, 'mediaType'> {
  const files = openZip(bytes, officeLimits);
  const names = slideNames(files);
  if (names.length > limits.maxPages) {
    throw new ParseError('too_many_pages', {
      message: `This presentation has ${names.length} slides; at most ${limits.maxPages} can be read. Split it and upload the parts.`,
    });
  }
  const out = new TextBuilder();
  const pages: PageSpan[] = [];
  const hidden: number[] = [];
  for (const [i, name] of names.entries()) {
    const start = out.text.length;
    const slide = readXml(files, name);
    if (attribute(slide, 'show') === '0') hidden.push(i + 1);
    else if (slide) writeWhole(files, name, slide, out);
    nameUntitled(out, start, i + 1);
    if (out.text.length > limits.maxTextChars) throw new ParseError('too_much_text');
    pages.push({ page: i + 1, start, end: out.text.length });
    out.break(2);
  }
  const title = textOf(at(readXml(files, 'docProps/core.xml'), 'title'));
  const firstTitle = out.headings.find((heading) => !/^Slide \d+$/.test(heading.text))?.text;
  return {
    title: (/^(?:PowerPoint.*)?$/i.test(title) ? firstTitle : title) ?? fallbackTitle,
    text: out.text,
    headings: out.headings,
    pages,
    notices: hidden.length === 0 ? [] : [`Hidden slides were not read: ${numberRanges(hidden)}.`],
  };
}

const presentation = 'ppt/presentation.xml';

function slideNames(files: ZipFiles): string[] {
  const targets = relations(files, presentation);
  const list = at(readXml(files, presentation), 'sldIdLst');
  if (list === undefined) throw new ParseError('broken');
  return childrenOf(list, 'sldId').flatMap((slide) => targets.get(attribute(slide, 'r:id'))?.name ?? []);
}

function writeWhole(files: ZipFiles, name: string, slide: XmlNode, out: TextBuilder): void {
  const targets = relations(files, name);
  writeSlide(slide, out, (id) => {
    const diagram = targets.get(id)?.name;
    return diagram === undefined ? undefined : readXml(files, diagram);
  });
  const notes = [...targets.values()].find(({ type }) => type.endsWith('/notesSlide'));
  const notesSlide = notes && readXml(files, notes.name);
  if (notesSlide) writeSlideNotes(notesSlide, out);
}

/** A slide without a title stands under its number, and not under the title of the slide before. */
function nameUntitled({ text, headings }: TextBuilder, start: number, number: number): void {
  const isTitled = (headings.at(-1)?.start ?? -1) >= start;
  const first = text.slice(start).search(/\S/);
  if (first >= 0 && !isTitled) headings.push({ level: 1, text: `Slide ${number}`, start: start + first });
}

/** What a part refers to inside of the archive, by the ids it uses for it. */
function relations(files: ZipFiles, name: string): Map<string, { type: string; name: string }> {
  const root = readXml(files, partName(name, `_rels/${name.split('/').at(-1) ?? ''}.rels`));
  const inside = [...allOf(root, 'Relationship')].filter((each) => attribute(each, 'TargetMode') !== 'External');
  return new Map(
    inside.map((each) => [
      attribute(each, 'Id'),
      { type: attribute(each, 'Type'), name: partName(name, attribute(each, 'Target')) },
    ]),
  );
}
