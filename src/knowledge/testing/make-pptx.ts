import { makeZip } from './make-zip.ts';

export type MadeSlide = {
  title?: string;
  /** Points of the body. */
  points?: readonly string[];
  table?: readonly (readonly string[])[];
  notes?: string;
  isHidden?: boolean;
  /** A diagram (SmartArt) with these points. */
  diagram?: readonly string[];
  /** XML of more shapes. */
  shapes?: string;
};

const presentationMl = 'http://schemas.openxmlformats.org/presentationml/2006/main';
const drawingMl = 'http://schemas.openxmlformats.org/drawingml/2006/main';
const relationshipsNs = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const namespaces = `xmlns:p="${presentationMl}" xmlns:a="${drawingMl}" xmlns:r="${relationshipsNs}"`;
const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/** A presentation with the parts PowerPoint writes for what is read of it. Slides lie under names in another order than theirs, as they do after
 *  slides were moved. */
export function makePptx(slides: readonly MadeSlide[], title = ''): Uint8Array {
  const nameOf = (index: number) => `slides/slide${slides.length - index}.xml`;
  const numbered = slides.map((slide, index) => ({ slide, index, number: slides.length - index }));
  return makeZip([
    { name: '[Content_Types].xml', content: `${xml}<Types/>` },
    {
      name: 'docProps/core.xml',
      content: `${xml}<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>${title}</dc:title></cp:coreProperties>`,
    },
    {
      name: 'ppt/presentation.xml',
      content: `${xml}<p:presentation ${namespaces}><p:sldIdLst>${slides
        .map((_slide, i) => `<p:sldId id="${256 + i}" r:id="rId${i + 2}"/>`)
        .join('')}</p:sldIdLst></p:presentation>`,
    },
    {
      name: 'ppt/_rels/presentation.xml.rels',
      content: relationships([
        { id: 'rId1', type: 'slideMaster', target: 'slideMasters/slideMaster1.xml' },
        ...slides.map((_slide, i) => ({ id: `rId${i + 2}`, type: 'slide', target: nameOf(i) })),
      ]),
    },
    ...numbered.flatMap(({ slide, number }) => [
      { name: `ppt/slides/slide${number}.xml`, content: slideXml(slide) },
      {
        name: `ppt/slides/_rels/slide${number}.xml.rels`,
        content: relationships([
          ...(slide.notes === undefined
            ? []
            : [{ id: 'rId1', type: 'notesSlide', target: `../notesSlides/notesSlide${number}.xml` }]),
          ...(slide.diagram === undefined
            ? []
            : [{ id: 'rId2', type: 'diagramData', target: `../diagrams/data${number}.xml` }]),
        ]),
      },
      ...(slide.notes === undefined
        ? []
        : [
            {
              name: `ppt/notesSlides/notesSlide${number}.xml`,
              content: `${xml}<p:notes ${namespaces}><p:cSld><p:spTree>${shape('sldNum', [String(number)])}${shape('body', [slide.notes])}</p:spTree></p:cSld></p:notes>`,
            },
          ]),
      ...(slide.diagram === undefined
        ? []
        : [
            {
              name: `ppt/diagrams/data${number}.xml`,
              content: `${xml}<dgm:dataModel xmlns:dgm="g" xmlns:a="${drawingMl}"><dgm:ptLst>${slide.diagram
                .map((point) => `<dgm:pt><dgm:t>${paragraph(point)}</dgm:t></dgm:pt>`)
                .join('')}</dgm:ptLst></dgm:dataModel>`,
            },
          ]),
    ]),
  ]);
}

function slideXml({ title, points = [], table, isHidden, diagram, shapes = '' }: MadeSlide): string {
  const tree = [
    // What is drawn first need not be the title.
    points.length === 0 ? '' : shape('', points),
    title === undefined ? '' : shape('title', [title]),
    shape('ftr', ['Confidential']),
    table === undefined ? '' : frame(`<a:tbl>${table.map(rowXml).join('')}</a:tbl>`),
    diagram === undefined ? '' : frame('<dgm:relIds xmlns:dgm="g" r:dm="rId2"/>'),
    shapes,
  ].join('');
  const show = isHidden ? ' show="0"' : '';
  return `${xml}<p:sld ${namespaces}${show}><p:cSld><p:spTree><p:nvGrpSpPr/><p:grpSpPr/>${tree}</p:spTree></p:cSld></p:sld>`;
}

function shape(type: string, paragraphs: readonly string[]): string {
  const placeholder = type === '' ? '<p:ph idx="1"/>' : `<p:ph type="${type}"/>`;
  return `<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:cNvSpPr/><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>${paragraphs.map(paragraph).join('')}</p:txBody></p:sp>`;
}

/** Text in two runs, as PowerPoint cuts it wherever its language or its look changes. */
function paragraph(text: string): string {
  const half = Math.ceil(text.length / 2);
  return `<a:p><a:pPr lvl="0"/>${[text.slice(0, half), text.slice(half)].map((run) => `<a:r><a:rPr lang="en-US"/><a:t>${escaped(run)}</a:t></a:r>`).join('')}</a:p>`;
}

function frame(content: string): string {
  return `<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="4" name="x"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><a:graphic><a:graphicData uri="u">${content}</a:graphicData></a:graphic></p:graphicFrame>`;
}

function rowXml(cells: readonly string[]): string {
  return `<a:tr h="1">${cells.map((cell) => `<a:tc><a:txBody><a:bodyPr/>${paragraph(cell)}</a:txBody></a:tc>`).join('')}</a:tr>`;
}

function relationships(targets: readonly { id: string; type: string; target: string }[]): string {
  const each = targets.map(
    ({ id, type, target }) => `<Relationship Id="${id}" Type="${relationshipsNs}/${type}" Target="${target}"/>`,
  );
  return `${xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${each.join('')}</Relationships>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
