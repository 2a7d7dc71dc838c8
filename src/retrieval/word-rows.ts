import type { Lookup } from './message-words.ts';

/** How the words of messages are stored, see decision 0095: a row holds terms of a few turns of one session, each with the messages that have it.
 *  It is a text of lines, `\nTERM\tMESSAGES`, and a message is one letter there. */

/** Who said it: a person, or an answer. */
export type Said = 'user' | 'assistant';

/** A prime, so that letters that many words begin with do not fall together. */
export const buckets = 19;
/** Their two messages each are the bits of one number. */
const turnsInBlock = 16;
/** The letter of a block's first message; no letter is beyond ASCII. */
export const firstLetter = 48;

/** Which of a session's rows a term stands in: of its first character, so that a beginning of it is found in one. */
export const bucketOf = (term: string): number => (term.codePointAt(0) ?? 0) % buckets;

/** The block of a turn, and the place of one of its messages there. `turnNo` counts from 1. */
export function placeOf(turnNo: number, said: Said): { block: number; place: number } {
  const block = Math.floor((turnNo - 1) / turnsInBlock);
  return { block, place: ((turnNo - 1) % turnsInBlock) * 2 + (said === 'assistant' ? 1 : 0) };
}

export function messageAt(block: number, place: number): { turnNo: number; said: Said } {
  return { turnNo: block * turnsInBlock + (place >> 1) + 1, said: place % 2 === 1 ? 'assistant' : 'user' };
}

/** The row with a message's terms in it too. Pure. */
export function withTerms(words: string, terms: readonly string[], place: number): string {
  const letter = letterOf(place);
  const known = new Map(linesOf(words));
  for (const term of terms) {
    const letters = known.get(term) ?? '';
    if (!letters.includes(letter)) known.set(term, letters + letter);
  }
  return joined(known);
}

/** The row without what a message said. Pure. */
export function withoutMessage(words: string, place: number): string {
  const letter = letterOf(place);
  const left = linesOf(words).map(([term, letters]): [string, string] => [term, letters.replace(letter, '')]);
  return joined(left.filter(([, letters]) => letters !== ''));
}

/** What a row that has a term has in it, letter for letter. */
export const needleOf = ({ term, isBeginning }: Lookup): string => `\n${term}${isBeginning ? '' : '\t'}`;

/** The messages of a row that have a term, a bit for each place. Pure. */
export function messagesWith(words: string, lookup: Lookup): number {
  const needle = needleOf(lookup);
  let bits = 0;
  for (let at = words.indexOf(needle); at >= 0; at = words.indexOf(needle, at + needle.length)) {
    const from = words.indexOf('\t', at) + 1;
    for (let i = from; i < words.length && words.charCodeAt(i) >= firstLetter; i++) {
      bits |= 1 << (words.charCodeAt(i) - firstLetter);
    }
  }
  return bits;
}

/** Every term of a row with the places of the messages that have it. Pure. */
export function placesOf(words: string): [term: string, places: number[]][] {
  return linesOf(words).map(([term, letters]) => [
    term,
    Array.from(letters, (letter) => letter.charCodeAt(0) - firstLetter),
  ]);
}

const letterOf = (place: number) => String.fromCharCode(firstLetter + place);

/** Every term of a row with the letters of the messages that have it. Pure. */
export function linesOf(words: string): [term: string, letters: string][] {
  if (words === '') return [];
  return words
    .slice(1)
    .split('\n')
    .map((line) => {
      const tab = line.indexOf('\t');
      return [line.slice(0, tab), line.slice(tab + 1)];
    });
}

const joined = (lines: Iterable<[string, string]>) =>
  Array.from(lines, ([term, letters]) => `\n${term}\t${letters}`).join('');
