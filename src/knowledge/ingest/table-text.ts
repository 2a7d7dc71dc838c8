import { estimateTokens } from './estimate-tokens.ts';
import { ParseError } from './parse-error.ts';
import { passageLimits } from './split-passages.ts';
import type { TextBuilder } from './text-builder.ts';

/** A cell that is not blank. Columns count from 0. */
export type TableCell = { column: number; text: string };
/** `number` is the row's number as a spreadsheet program shows it, from 1. */
export type TableRow = { number: number; cells: readonly TableCell[] };

/** Writes the rows of one table, each as `Row 5 | Item: Pump | Price: 12.50`, with the names its columns have. A line says its row by
 *  itself and fits into one passage, so that no passage and no quote loses it: a longer row becomes several lines, each with its number. */
export class TableText {
  readonly #out: TextBuilder;
  readonly #maxChars: number;
  #first: TableRow[] | undefined = [];
  #names: ReadonlyMap<number, string> = new Map();

  /** @param maxChars  of the whole text that `out` writes */
  constructor(out: TextBuilder, maxChars: number) {
    this.#out = out;
    this.#maxChars = maxChars;
  }

  /** Takes the next row; blank ones are left out. */
  add(number: number, cells: readonly { column: number; text: string }[]): void {
    const row = { number, cells: cells.map(clean).filter((cell) => cell.text !== '') };
    if (row.cells.length === 0) return;
    if (this.#first === undefined) this.#write(row);
    else if (this.#first.push(row) === lookedAt) this.end();
  }

  /** Writes what waits until it is known which row names the columns. */
  end(): void {
    const rows = this.#first ?? [];
    this.#first = undefined;
    const header = headerOf(rows);
    for (const row of rows) {
      this.#write(row);
      if (row === header) this.#names = new Map(header.cells.map(({ column, text }) => [column, text]));
    }
  }

  #write({ number, cells }: TableRow): void {
    for (const line of rowLines(number, cells, this.#names)) {
      this.#out.break(2);
      this.#out.words(line);
    }
    this.#out.break(2);
    if (this.#out.text.length > this.#maxChars) throw new ParseError('too_much_text');
  }
}

/** Rows in which the names of the columns are looked for. */
const lookedAt = 20;
const maxNameChars = 80;

function clean({ column, text }: TableCell): TableCell {
  return { column, text: text.replaceAll(/\s+/g, ' ').trim() };
}

/** The first row that can name the columns: about as wide as the table, its cells apart and short and with letters. A table with one column,
 *  and one whose rows all hold numbers, has none. Pure. */
function headerOf(rows: readonly TableRow[]): TableRow | undefined {
  const width = Math.max(0, ...rows.map((row) => row.cells.length));
  return rows.slice(0, -1).find(({ cells }) => {
    const names = new Set(cells.map((cell) => cell.text));
    const years = cells.filter((cell) => /^(?:19|20)\d\d$/.test(cell.text)).length;
    const named = cells.filter((cell) => /\p{L}/u.test(cell.text)).length;
    return (
      cells.length >= Math.max(2, width * 0.6) &&
      names.size === cells.length &&
      cells.every((cell) => cell.text.length <= maxNameChars) &&
      // Years name columns when there are several; one alone is a value.
      named > 0 &&
      named + (years > 1 ? years : 0) === cells.length
    );
  });
}

function* rowLines(number: number, cells: readonly TableCell[], names: ReadonlyMap<number, string>): Generator<string> {
  const label = `Row ${number}`;
  let line = label;
  for (const { column, text } of cells) {
    const name = names.get(column);
    for (const piece of fittingPieces(text, name === undefined ? '' : `${name}: `, label)) {
      const longer = `${line} | ${piece}`;
      if (line !== label && !fits(longer)) {
        yield line;
        line = `${label} | ${piece}`;
      } else {
        line = longer;
      }
    }
  }
  yield line;
}

/** A cell's text, in halves as long as a line of it alone would be too long for a passage. */
function fittingPieces(text: string, name: string, label: string): string[] {
  if (text.length < 2 || fits(`${label} | ${name}${text}`)) return [`${name}${text}`];
  const at = middle(text);
  return [text.slice(0, at), text.slice(at)].flatMap((half) => fittingPieces(half.trim(), name, label));
}

/** The blank nearest to the middle, or the middle when there is none; never between the halves of a surrogate pair. */
function middle(text: string): number {
  const half = Math.floor(text.length / 2);
  const before = text.lastIndexOf(' ', half);
  if (before > 0) return before;
  const after = text.indexOf(' ', half);
  if (after > 0) return after;
  const unit = text.charCodeAt(half);
  return unit >= 0xdc00 && unit <= 0xdfff ? half + 1 : half;
}

function fits(line: string): boolean {
  return line.length <= passageLimits.maxChars && estimateTokens(line) <= passageLimits.maxTokens;
}
