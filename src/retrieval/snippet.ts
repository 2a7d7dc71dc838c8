import type { Mark } from './message-words.ts';

/** A piece of a text around what was found. `marks` are places in `text`, in UTF-16 units, in order and apart. */
export type Snippet = { text: string; marks: { start: number; end: number }[] };

/** How much is shown before what was found, and in all. */
const before = 40;
const shown = 200;

/** The piece that shows most of the words that were found, the first such; line breaks are blanks in it, and a text that goes on has an ellipsis. Pure.
 *  @param marks  of the text, in order, at least one */
export function snippetOf(text: string, marks: readonly Mark[]): Snippet {
  const from = beginningOf(text, bestPlace(marks));
  const to = endOf(text, Math.min(text.length, from + shown));
  const head = from > 0 ? '… ' : '';
  const tail = to < text.length ? ' …' : '';
  const kept: Snippet['marks'] = [];
  for (const { start, end } of marks) {
    const last = kept.at(-1);
    const moved = { start: start - from + head.length, end: Math.min(end, to) - from + head.length };
    if (start < from || start >= to) continue;
    if (last && moved.start <= last.end) last.end = Math.max(last.end, moved.end);
    else kept.push(moved);
  }
  return { text: `${head}${text.slice(from, to).replaceAll(/\s/g, ' ')}${tail}`, marks: kept };
}

/** Where the marks begin from which on most different words are found within a piece. */
function bestPlace(marks: readonly Mark[]): number {
  let best = { start: marks[0]?.start ?? 0, words: 0 };
  for (const [at, { start }] of marks.entries()) {
    const words = new Set<number>();
    for (let i = at; i < marks.length && (marks[i]?.end ?? 0) <= start + shown - before; i++) {
      words.add(marks[i]?.word ?? 0);
    }
    if (words.size > best.words) best = { start, words: words.size };
  }
  return best.start;
}

/** The beginning of a word a little before a place, or of the text. */
function beginningOf(text: string, place: number): number {
  const earliest = place - before;
  if (earliest <= 0) return 0;
  const blank = text.slice(earliest, place).search(/\s/);
  return notWithin(text, blank < 0 ? place - Math.min(before, 10) : earliest + blank + 1);
}

/** The end of a word before a place, or of the text. */
function endOf(text: string, place: number): number {
  if (place >= text.length) return text.length;
  const blank = text.slice(place - before, place + 1).search(/\s\S*$/);
  return notWithin(text, blank < 0 ? place : place - before + blank);
}

/** Not between the halves of a character. */
const notWithin = (text: string, at: number) => (/^[\udc00-\udfff]/.test(text.slice(at, at + 1)) ? at - 1 : at);

/** Markdown without what only says how it looks: emphasis, code, headings, quotes and lines of tables. No word changes. Pure. */
export const readable = (text: string): string =>
  text.replaceAll(/\*\*|`+|^ {0,3}#{1,6} |^ *> ?|^[-:| ]{3,}$/gm, '').replaceAll('|', ' ');
