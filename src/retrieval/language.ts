import { z } from 'zod';

/** What the search by words must know of a text's language: whether English endings may be cut. */
export const language = z.enum(['english', 'other']);
export type Language = z.infer<typeof language>;
export const languages = language.options;

/** The beginning of a text says enough. In UTF-16 units. */
const readChars = 20_000;
/** Prose holds 20 to 30 % of its own language's words below and under 2 % of another's. */
const minShare = 0.06;
/** Prose in French, German or Polish has other letters than a to z in 5 to 30 % of its words, English in fewer than 1 in 200. */
const minForeignLetters = 0.02;

const english = wordSet(
  'the of and to that is was for with are this from have by not be which you they their when what there been were would',
);

/** The commonest words of languages with Latin letters, without those that are common in English too. */
const foreign = wordSet(
  // Dutch, German, Danish, Norwegian, Swedish
  'de het een van niet voor zijn dat op te der die und das den ist nicht von mit auf og det er en til som av och att ' +
    // Spanish, Portuguese, French, Italian, Romanian, Catalan
    'que la el los las por con para una del un il di che per non della le les et des du dans est pour une os em uma com si din ' +
    // Polish, Czech, Croatian, Hungarian, Finnish, Turkish
    'w z na nie jest je se ze ve az egy hogy nem ja ei ovat ve bir bu ile ' +
    // Indonesian, Malay, Swahili, Tagalog, Vietnamese without marks
    'yang dan dengan untuk dari pada ini itu tidak ya wa kwa ni katika ang ng sa mga',
);

/** The language of a text by its commonest words and its letters. Tables, code and lists of names count as English, whose endings
 *  are cut in what is looked for as well. Pure. */
export function languageOf(text: string): Language {
  const words =
    text
      .slice(0, readChars)
      .toLowerCase()
      .match(/[\p{L}\p{M}]+/gu) ?? [];
  const shareOf = (isOne: (word: string) => boolean) => words.filter(isOne).length / Math.max(1, words.length);
  const englishShare = shareOf((word) => english.has(word));
  const foreignShare = shareOf((word) => foreign.has(word));
  if (englishShare >= minShare && englishShare >= foreignShare) return 'english';
  return foreignShare >= minShare || shareOf((word) => /[^a-z]/.test(word)) >= minForeignLetters ? 'other' : 'english';
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}
