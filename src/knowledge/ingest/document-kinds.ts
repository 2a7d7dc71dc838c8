/** Every kind of document that is read: how a refusal calls it, which endings of names promise it, and its media type. */
export const documentKinds = {
  pdf: { words: 'a PDF', names: ['pdf'], mediaType: 'application/pdf' },
  docx: {
    words: 'a Word document',
    names: ['docx', 'docm'],
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  },
  html: { words: 'plain text', names: ['html', 'htm', 'xhtml'], mediaType: 'text/html' },
  markdown: { words: 'plain text', names: ['md', 'markdown', 'mkd'], mediaType: 'text/markdown' },
  text: { words: 'plain text', names: ['txt', 'text'], mediaType: 'text/plain' },
} as const satisfies Record<string, { words: string; names: readonly string[]; mediaType: string }>;

export type DocumentKind = keyof typeof documentKinds;

/** Kinds that are text: no content tells them apart for certain. */
export const textKinds = ['html', 'markdown', 'text'] as const;
export type TextKind = (typeof textKinds)[number];

/** What may be uploaded, for the end of a sentence. */
export const readableKinds = 'Markdown, text, HTML, PDF or DOCX';

/** The kind whose files have names with this ending, in small letters; undefined for an ending that promises nothing. Pure. */
export function promisedKind(ending: string | undefined): DocumentKind | undefined {
  const found = Object.entries(documentKinds).find(([, { names }]) => names.some((name) => name === ending));
  return found?.[0] as DocumentKind | undefined;
}
