import { stemmer } from 'stemmer';
import { type Language, languages } from './language.ts';
import { stopWords } from './stop-words.ts';

const runs = /[\p{L}\p{N}\p{M}]+/gu;
/** Longer questions keep their first words; the longest of the CISI collection has about 200. */
const maxQuestionWords = 256;
/** A longer run of letters is no word, and no passage is found by it. */
const maxWordChars = 64;

/** The words of a text in order, lower case and without the accents of Latin, Greek and Cyrillic letters. Writing without blanks
 *  (Chinese, Japanese, Thai and others) gives its pairs of neighbouring characters instead, which finds what a dictionary of words would
 *  and changes with no version of one. Pure. */
export function wordsOf(text: string): string[] {
  const words = fold(text).match(runs) ?? [];
  return words.flatMap((word) => (unspaced.test(word) ? pairsOf(word) : word.length <= maxWordChars ? word : []));
}

/** The term under which a word is found: an English word by its stem, a word of another language as it is. Pure. */
export function termOf(word: string, language: Language): string {
  return language === 'english' ? stemmer(word) : `=${word}`;
}

/** What a question is looked up by: its telling words without English stop words, all of them when nothing else remains, a repeated word as
 *  often as it is said. Each in both forms, of which a text holds the one of its language. Pure. */
export function questionTerms(question: string): string[] {
  return tellingWords(question).flatMap((word) => languages.map((language) => termOf(word, language)));
}

/** The terms of English stop words, in both forms. */
export const stopTerms: readonly string[] = [...stopWords].flatMap((word) =>
  languages.map((language) => termOf(word, language)),
);

/** Which words of a text a question's terms find: in small letters as they stand there, each once, in the order in which they first appear.
 *  Pure. */
export function matchedWords(text: string, question: ReadonlySet<string>, language: Language): string[] {
  const found = new Set<string>();
  for (const word of text.toLowerCase().match(runs) ?? []) {
    for (const part of wordsOf(word)) {
      if (question.has(termOf(part, language))) found.add(unspaced.test(word) ? part : word);
    }
  }
  return [...found];
}

/** The words of a text that say something about its subject, in order, with repeats. Pure. */
export function tellingWords(text: string): string[] {
  const words = wordsOf(text);
  const telling = words.filter((word) => !stopWords.has(word));
  return (telling.length > 0 ? telling : words).slice(0, maxQuestionWords);
}

const unspaced = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;

function pairsOf(word: string): string[] {
  const characters = Array.from(word);
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
}

function fold(text: string): string {
  const lower = text.toLowerCase();
  // Most text is ASCII, to which the forms below mean nothing.
  if (!/\P{ASCII}/u.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFKC');
}
