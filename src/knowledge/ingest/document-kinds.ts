/** Every kind of document that is read: how a refusal calls it, which endings of names promise it, and its media type. */
export const documentKinds = {
  pdf: { words: 'a PDF', names: ['pdf'], mediaType: 'application/pdf' },
  docx: {
    words: 'a Word document',
    names: ['docx', 'docm'],
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  },
  xlsx: {
    words: 'an Excel workbook',
    names: ['xlsx', 'xlsm'],
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  },
  pptx: {
    words: 'a PowerPoint presentation',
    names: ['pptx', 'pptm', 'ppsx'],
    mediaType: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  },
  epub: { words: 'an e-book (EPUB)', names: ['epub'], mediaType: 'application/epub+zip' },
  eml: { words: 'an e-mail', names: ['eml'], mediaType: 'message/rfc822' },
  zip: { words: 'a ZIP archive', names: ['zip'], mediaType: 'application/zip' },
  html: { words: 'plain text', names: ['html', 'htm', 'xhtml'], mediaType: 'text/html' },
  markdown: { words: 'plain text', names: ['md', 'markdown', 'mkd'], mediaType: 'text/markdown' },
  csv: { words: 'plain text', names: ['csv'], mediaType: 'text/csv' },
  tsv: { words: 'plain text', names: ['tsv', 'tab'], mediaType: 'text/tab-separated-values' },
  text: { words: 'plain text', names: ['txt', 'text'], mediaType: 'text/plain' },
} as const satisfies Record<string, { words: string; names: readonly string[]; mediaType: string }>;

export type DocumentKind = keyof typeof documentKinds;

/** Kinds that are text: no content tells them apart for certain. */
export const textKinds = ['html', 'markdown', 'csv', 'tsv', 'text'] as const;
export type TextKind = (typeof textKinds)[number];

/** What may be uploaded, for the end of a sentence. */
export const readableKinds = 'Markdown, text, HTML, PDF, DOCX, PPTX, XLSX, CSV, EPUB, EML or a ZIP of these';

/** The kind whose files have names with this ending, in small letters; undefined for an ending that promises nothing. Pure. */
export function promisedKind(ending: string | undefined): DocumentKind | undefined {
  const found = Object.entries(documentKinds).find(([, { names }]) => names.some((name) => name === ending));
  return found?.[0] as DocumentKind | undefined;
}

const tables: readonly string[] = [
  documentKinds.xlsx.mediaType,
  documentKinds.csv.mediaType,
  documentKinds.tsv.mediaType,
];

/** What stays whole when a text of this media type is split: the lines of a table, each of which says which row it is of; else sentences.
 *  Pure. */
export function splitUnit(mediaType: string): 'line' | 'sentence' {
  return tables.includes(mediaType) ? 'line' : 'sentence';
}
