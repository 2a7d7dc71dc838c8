import { wordsOf } from '../../retrieval/terms.ts';

/** A sentence a document says, as it stands there but for line breaks. */
export type Sentence = { text: string; passage: number };

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const minWords = 3;
/** Of its words together; the pairs of characters that stand for words in writing without blanks count each. */
const minWordChars = 15;
const maxChars = 600;

/** The sentences of a passage that can stand alone as a quotation: no headings, rules, table borders or code,
 *  whose lines run together say something else. Pure.
 *  Lines of a paragraph belong together; blank lines, list items and table rows end one. What is too long for a quotation
 *  is divided at its stops, whatever follows them: text without capitals has no sentences otherwise.
 *  @param passage  kept with each sentence */
export function sentencesOf(text: string, passage: number): Sentence[] {
  return blocksOf(text)
    .flatMap((block) => Array.from(segmenter.segment(block), ({ segment }) => segment.trim()))
    .flatMap((sentence) => (sentence.length > maxChars ? sentence.split(/(?<=[.!?;])\s+|(?<=[。！？；])/) : [sentence]))
    .filter((sentence) => sentence.length <= maxChars && saysSomething(sentence))
    .map((sentence) => ({ text: sentence, passage }));
}

function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  let open = false;
  let fenced = false;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const content = line.trim();
    const isFence = /^(?:```|~~~)/.test(content);
    if (isFence) fenced = !fenced;
    if (isFence || fenced) {
      open = false;
      continue;
    }
    const isItem = /^(?:[-*+•]|\d{1,3}[.)])\s+/.test(content);
    const isMarkup = content === '' || /^(?:#{1,6}\s|[-=*_|:\s]+$)/.test(content);
    if (isMarkup) {
      open = false;
      continue;
    }
    const words = content.replace(/^(?:[-*+•]|\d{1,3}[.)]|>)\s+/, '');
    if (open && !isItem && !content.startsWith('|')) blocks.push(`${blocks.pop() ?? ''} ${words}`);
    else blocks.push(words);
    open = true;
  }
  return blocks;
}

function saysSomething(sentence: string): boolean {
  const words = wordsOf(sentence);
  return words.length >= minWords && words.join('').length >= minWordChars;
}
