import {
  drawObject,
  PDFDocument,
  PDFName,
  popGraphicsState,
  pushGraphicsState,
  scale,
  StandardFonts,
  translate,
} from 'pdf-lib';

/** A PDF with a text on each page, a line for each of its lines; with `scan`, a black square below it, coded as fax machines do. */
export async function pdfOf(
  texts: readonly string[],
  { title = 'Rules of the harbour', scan = false }: { title?: string; scan?: boolean } = {},
): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  pdf.setTitle(title);
  for (const text of texts) {
    const page = pdf.addPage([595, 842]);
    page.drawText(text, { x: 40, y: 780, size: 12, font, lineHeight: 16 });
    if (!scan) continue;
    const picture = page.node.newXObject('Scan', pdf.context.register(pdf.context.stream(faxedSquare(), faxed)));
    page.pushOperators(
      pushGraphicsState(),
      translate(40, 400),
      scale(300, 300),
      drawObject(picture),
      popGraphicsState(),
    );
  }
  return Buffer.from(await pdf.save());
}

const side = 16;
const faxed = {
  Type: 'XObject',
  Subtype: 'Image',
  Width: side,
  Height: side,
  ColorSpace: 'DeviceGray',
  BitsPerComponent: 1,
  Filter: PDFName.of('CCITTFaxDecode'),
  DecodeParms: { K: 0, Columns: side, Rows: side },
};

/** Each row: no white, then 16 black.
 *  @see ITU-T T.4, tables 2 and 3 (the codes of runs) */
function faxedSquare(): Uint8Array {
  const bits = '001101010000010111'.repeat(side);
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
