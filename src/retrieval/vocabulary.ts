import type { Language } from './language.ts';
import { termOf, wordsOf } from './terms.ts';

/** A passage's terms by their numbers, beside each how much it counts in it, and the passage's length in words. */
export type CountedTerms = { terms: number[]; counts: number[]; length: number };

/** A word of the title or a heading says more about a passage than one of its text. */
const headingCount = 2;

/** The terms of everything that is searched, each with a number: passages are counted and looked up by numbers, which is several times
 *  faster than by strings. Terms stay for good; 100,000 take about 15 MB. */
export class Vocabulary {
  readonly #numbers = new Map<string, number>();
  /** The number of a word's term, so that its stem is found once. */
  readonly #byWord: Record<Language, Map<string, number>> = { english: new Map(), other: new Map() };
  /** How much each term counts in the passage at hand; all 0 between two passages. */
  #counts = new Uint32Array(1024);

  count(passage: { heading: string; text: string }, language: Language): CountedTerms {
    const terms: number[] = [];
    const headingLength = this.#add(wordsOf(passage.heading), language, headingCount, terms);
    const textLength = this.#add(wordsOf(passage.text), language, 1, terms);
    const counts = terms.map((term) => this.#counts[term] ?? 0);
    for (const term of terms) this.#counts[term] = 0;
    return { terms, counts, length: headingLength + textLength };
  }

  /** Undefined of a term that no passage was ever found by. */
  find(term: string): number | undefined {
    return this.#numbers.get(term);
  }

  #add(words: readonly string[], language: Language, weight: number, terms: number[]): number {
    for (const word of words) {
      const term = this.#termNumber(word, language);
      const count = this.#counts[term] ?? 0;
      if (count === 0) terms.push(term);
      this.#counts[term] = count + weight;
    }
    return words.length;
  }

  #termNumber(word: string, language: Language): number {
    const known = this.#byWord[language].get(word);
    if (known !== undefined) return known;
    const term = termOf(word, language);
    const number = this.#numbers.get(term) ?? this.#numbers.size;
    this.#numbers.set(term, number);
    this.#byWord[language].set(word, number);
    if (number >= this.#counts.length) {
      const longer = new Uint32Array(this.#counts.length * 2);
      longer.set(this.#counts);
      this.#counts = longer;
    }
    return number;
  }
}
