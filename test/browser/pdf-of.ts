import { PDFDocument, StandardFonts } from 'pdf-lib';

/** A PDF with a text on each page: a line for each of its lines. */
export async function pdfOf(texts: readonly string[], title = 'Rules of the harbour'): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  pdf.setTitle(title);
  for (const text of texts) {
    pdf.addPage([595, 842]).drawText(text, { x: 40, y: 780, size: 12, font, lineHeight: 16 });
  }
  return Buffer.from(await pdf.save());
}
