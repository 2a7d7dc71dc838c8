/** How an original is drawn beside its text. Nothing for a type that is not: it can be downloaded. */
export type OriginalKind = 'pdf' | 'markdown' | 'table';

/** What is drawn of a file: the pages of a PDF; Markdown and sheets from the text that was read. Pure. */
export function originalKind(mediaType: string): OriginalKind | undefined {
  switch (mediaType) {
    case 'application/pdf':
      return 'pdf';
    case 'text/markdown':
      return 'markdown';
    case 'text/csv':
    case 'text/tab-separated-values':
    case 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet':
      return 'table';
    default:
      return undefined;
  }
}
