/** A part of one of a page's runs of glyphs, in UTF-16 units. */
export type RunPart = { run: number; start: number; end: number };

/** Words that were read from a page, in what was read of that page. Offsets are UTF-16 units into `pageText`. */
export type PageQuote = { pageText: string; start: number; end: number };

/** A shorter run may stand anywhere. */
const minRunChars = 6;
/** Of the words that are looked for; with less, what was found may be something else. */
const minShare = 0.6;

/** Finds words that were read from a page among its runs of glyphs. Blanks, hyphens, ligatures, accents and the size of letters make no
 *  difference: reading a page joins runs to lines, lines to paragraphs and parted words. Words that stand on the page more than once are taken
 *  in the same order as in what was read. Where the runs come in another order, the runs that stand whole in the quote are taken. Pure.
 *  @returns nothing when the words cannot be told to be on the page */
export function locateQuote(runs: readonly string[], { pageText, start, end }: PageQuote): RunPart[] | undefined {
  const page = squeezed(runs);
  const quote = squeezed([pageText.slice(start, end)]).chars;
  if (quote === '') return undefined;
  const earlier = countOf(squeezed([pageText.slice(0, end)]).chars, quote) - 1;
  const at = nthIndexOf(page.chars, quote, Math.max(0, earlier));
  if (at >= 0) return partsOf(page, at, at + quote.length);
  const scattered = runs.flatMap((run, index): RunPart[] => {
    const { chars } = squeezed([run]);
    return chars.length >= minRunChars && quote.includes(chars) ? [{ run: index, start: 0, end: run.length }] : [];
  });
  const found = scattered.reduce((sum, part) => sum + squeezed([runs[part.run] ?? '']).chars.length, 0);
  return found >= quote.length * minShare ? scattered : undefined;
}

/** Characters that make a difference, and where each comes from. */
type Squeezed = { chars: string; runs: number[]; starts: number[]; ends: number[] };

function squeezed(texts: readonly string[]): Squeezed {
  const out: Squeezed = { chars: '', runs: [], starts: [], ends: [] };
  for (const [run, text] of texts.entries()) {
    let at = 0;
    for (const char of text) {
      const plain = char.normalize('NFKD').toLowerCase().replaceAll(makesNoDifference, '');
      // One character may become several, each from the same place.
      for (let unit = 0; unit < plain.length; unit++) {
        out.runs.push(run);
        out.starts.push(at);
        out.ends.push(at + char.length);
      }
      out.chars += plain;
      at += char.length;
    }
  }
  return out;
}

/** Blanks, hyphens and dashes, accents, and what has no width. */
const makesNoDifference = /[\s\p{Z}\p{Pd}\p{M}\p{Cf}\p{Cc}\u2212]/gu;

function partsOf({ runs, starts, ends }: Squeezed, from: number, to: number): RunPart[] {
  const parts: RunPart[] = [];
  for (let at = from; at < to; at++) {
    const [run = 0, start = 0, end = 0] = [runs[at], starts[at], ends[at]];
    const last = parts.at(-1);
    if (last?.run === run) last.end = end;
    else parts.push({ run, start, end });
  }
  return parts;
}

function countOf(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) count++;
  return count;
}

/** The last there is when there are fewer. */
function nthIndexOf(text: string, part: string, n: number): number {
  let found = text.indexOf(part);
  for (let skipped = 0; skipped < n; skipped++) {
    const next = text.indexOf(part, found + 1);
    if (next < 0) break;
    found = next;
  }
  return found;
}
