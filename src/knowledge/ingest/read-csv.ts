import Papa from 'papaparse';
import { ParseError } from './parse-error.ts';
import type { ParsedDocument } from './parsed-document.ts';
import { TableText } from './table-text.ts';
import { TextBuilder } from './text-builder.ts';

/** Rows of a table in text, each with its number and the names of its columns. What is not quoted as it should be is read as far as it goes.
 *  @param delimiter  between cells; found out unless told
 *  @throws ParseError `too_much_text`
 *  @see RFC 4180 */
export function readCsv(
  source: string,
  title: string,
  limits: { maxTextChars: number },
  delimiter?: '\t',
): Omit<ParsedDocument, 'mediaType'> {
  if (source.length > limits.maxTextChars) throw new ParseError('too_much_text');
  // Excel writes and reads this first line; it is no row of the table.
  const told = /^sep=(.)\r?\n/i.exec(source);
  const out = new TextBuilder();
  const table = new TableText(out, limits.maxTextChars);
  let number = 0;
  const rows = source.slice(told?.[0].length ?? 0);
  Papa.parse<string[]>(rows, {
    delimiter: delimiter ?? told?.[1] ?? likelyDelimiter(rows),
    step: ({ data }) => {
      number += 1;
      table.add(
        number,
        data.map((text, column) => ({ column, text })),
      );
    },
  });
  table.end();
  return { title, text: out.text, headings: out.headings };
}

/** By the first rows, blank ones aside: they count here, and would not be numbered if they were left out of the table. */
function likelyDelimiter(rows: string): string {
  const { meta } = Papa.parse(rows.slice(0, guessedFromChars), {
    preview: 20,
    skipEmptyLines: true,
    delimitersToGuess: [',', ';', '\t', '|'],
  });
  return meta.delimiter;
}

const guessedFromChars = 65_536;
