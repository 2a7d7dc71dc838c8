import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PDFDocument, StandardFonts } from 'pdf-lib';

/** Writes a PDF of so many pages of English prose: the handbook's sentences in an order drawn from `seed`, some 3,500 characters a page.
 *  What it leaves in memory would be cleared up while the server is measured, so it is a process of its own. */
const told = JSON.parse(process.argv[2] ?? '') as { pages: number; seed: number };
process.stdout.write(await handbookPdf(told.pages, told.seed));

async function handbookPdf(pages: number, seed: number): Promise<Uint8Array> {
  const linesPerPage = 44;
  const lineChars = 90;
  const sentences = handbookSentences();
  let state = seed;
  const draw = () => {
    // Numerical Recipes' linear congruential generator.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return sentences[state % sentences.length] ?? '';
  };
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.TimesRoman);
  for (let number = 0; number < pages; number++) {
    const lines: string[] = [];
    for (let line = ''; lines.length < linesPerPage; ) {
      for (const word of draw().split(' ')) {
        if (line.length + word.length >= lineChars) {
          lines.push(line);
          line = '';
        }
        line += line === '' ? word : ` ${word}`;
      }
    }
    pdf.addPage([595, 842]).drawText(lines.join('\n'), { x: 50, y: 780, size: 11, font, lineHeight: 16 });
  }
  return pdf.save();
}

function handbookSentences(): string[] {
  const folder = fileURLToPath(new URL('../../docs/handbook/', import.meta.url));
  const text = globSync('*.md', { cwd: folder })
    .toSorted()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const prose = text.split('\n').filter((line) => /^[A-Z]/.test(line));
  // The fonts that every reader of PDF has write Latin letters only.
  const latin = prose.join(' ').replaceAll(/[^\x20-\x7E]/g, "'");
  return latin.split(/(?<=[.!?]) (?=[A-Z])/).filter((sentence) => sentence.length > 30);
}
