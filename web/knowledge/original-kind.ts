/** How an original is drawn beside its text. Nothing for a type that is not: it can be downloaded. */
export type OriginalKind = 'pdf' | 'markdown' | 'table';

/** What is drawn of a file: the pages of a PDF; Markdown, and a sheet that was read as a Markdown table, from the text that was read. Pure. */
export function originalKind(mediaType: string, text: string): OriginalKind | undefined {
  if (mediaType === 'application/pdf') return 'pdf';
  if (mediaType === 'text/markdown') return 'markdown';
  return sheets.has(mediaType) && holdsTable(text) ? 'table' : undefined;
}

const sheets: ReadonlySet<string> = new Set([
  'text/csv',
  'text/tab-separated-values',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
]);

/** A row of cells with a row of dashes under it.
 *  @see https://github.github.com/gfm/#tables-extension- */
function holdsTable(text: string): boolean {
  return /^\|.*\|[ \t]*\r?\n\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$/m.test(text);
}
