import { type CellObject, read, type WorkBook } from '@e965/xlsx';
import { ParseError } from './parse-error.ts';
import type { ParsedDocument } from './parsed-document.ts';
import { TableText } from './table-text.ts';
import { TextBuilder } from './text-builder.ts';
import { checkZip, officeLimits } from './zip-directory.ts';

/** The sheets of a workbook in order, each under a heading of its name, with its rows as they are shown: formulas by their last value, numbers
 *  and dates in their format. Hidden sheets are left out.
 *  @throws ParseError `broken`, `encrypted`, `unpacks_too_large` or `too_much_text` */
export function readXlsx(
  bytes: Uint8Array,
  fallbackTitle: string,
  limits: { maxTextChars: number },
): Omit<ParsedDocument, 'mediaType'> {
  checkZip(bytes, officeLimits);
  const book = open(bytes);
  const out = new TextBuilder();
  const notices: string[] = [];
  for (const [i, name] of book.SheetNames.entries()) {
    const isHidden = (book.Workbook?.Sheets?.[i]?.Hidden ?? 0) !== 0;
    const rows: unknown = book.Sheets[name]?.['!data'];
    if (isHidden) notices.push(`The hidden sheet “${name}” was not read.`);
    if (isHidden || !isRows(rows)) continue;
    out.heading(1, () => out.words(name));
    const table = new TableText(out, limits.maxTextChars);
    for (const [index, row] of filled(rows)) table.add(index + 1, cellsOf(row));
    table.end();
  }
  const title = book.Props?.Title?.trim();
  return { title: title || fallbackTitle, text: out.text, headings: out.headings, notices };
}

function open(bytes: Uint8Array): WorkBook {
  try {
    return read(bytes, { type: 'array', dense: true, cellFormula: false, cellHTML: false });
  } catch (error) {
    throw new ParseError('broken', { cause: error });
  }
}

type Row = readonly CellObject[];

function isRows(data: unknown): data is readonly Row[] {
  return Array.isArray(data);
}

function cellsOf(row: Row): { column: number; text: string }[] {
  const cells: { column: number; text: string }[] = [];
  for (const [column, cell] of filled(row)) {
    const text = cell.w ?? (cell.v === undefined ? '' : String(cell.v));
    if (text !== '') cells.push({ column, text });
  }
  return cells;
}

/** What a list holds, without walking through its holes: a row may have one cell in its column 16,384, and there may be 20,000 such rows. */
function* filled<T>(list: readonly T[]): Generator<[number, T]> {
  for (const key of Object.keys(list)) {
    const item = list[Number(key)];
    if (item !== undefined) yield [Number(key), item];
  }
}
