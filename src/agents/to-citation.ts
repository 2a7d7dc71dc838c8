import type { Citation } from '../contract/events.ts';
import type { NumberedPassage } from './passage-numbers.ts';

/** The citation of a passage under the number it is shown by. Pure. */
export function toCitation(passage: NumberedPassage, n: number, _text: string): Citation {
  const { text, heading_path: _headings, ...fields } = passage;
  return { ...fields, n, quote: text };
}
