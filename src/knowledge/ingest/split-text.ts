import { splitUnit } from './document-kinds.ts';
import type { ParsedDocument } from './parsed-document.ts';
import { type Passage, splitPassages } from './split-passages.ts';

/** What of a document its passages are made from. */
export type SplitText = Pick<ParsedDocument, 'text' | 'headings' | 'pages' | 'mediaType'>;

/** A document's passages, the same whenever they are made: what stays whole is told by its media type. Pure. */
export function splitText(document: SplitText): Passage[] {
  return splitPassages(document, { unit: splitUnit(document.mediaType) });
}
