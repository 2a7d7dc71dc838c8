/** A piece of a text, and whether it is one of the words. `start` is its place in UTF-16 units. */
export type WordPiece = { start: number; text: string; isMarked: boolean };

/** Cuts a text where one of these words stands whole, in any case. The pieces join to it exactly. Pure.
 *  @param words  in small letters */
export function markedWords(text: string, words: readonly string[]): WordPiece[] {
  const wanted = new Set(words);
  const pieces: WordPiece[] = [];
  let at = 0;
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    if (!wanted.has(word.toLowerCase())) continue;
    if (index > at) pieces.push({ start: at, text: text.slice(at, index), isMarked: false });
    pieces.push({ start: index, text: word, isMarked: true });
    at = index + word.length;
  }
  if (at < text.length) pieces.push({ start: at, text: text.slice(at), isMarked: false });
  return pieces;
}
