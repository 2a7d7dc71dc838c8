/** Offsets are UTF-16 code units into `text`. */
export type Heading = {
  /** 1 is the highest. */
  level: number;
  text: string;
  start: number;
};

/** One page's part of the text, half-open; pages follow one another in order. `page` counts from 1. */
export type PageSpan = { page: number; start: number; end: number };

/** What was read from a document. `text` holds neither U+0000 nor lone surrogates. */
export type ParsedDocument = {
  title: string;
  text: string;
  headings: Heading[];
  /** Only for formats that have pages. */
  pages?: PageSpan[];
  /** What of the file was not read, or not for certain: a sentence each, for whoever keeps the document. */
  notices?: string[];
  mediaType: string;
};
