import type { Citation } from '../contract/events.ts';
import { type CitablePassage, cite } from '../knowledge/cite.ts';
import { GrowingText } from './growing-text.ts';
import { MarkerScanner } from './marker-scanner.ts';
import type { NumberedPassage, PassageNumbers } from './passage-numbers.ts';

/** Turns the text a model streams into the text that is shown. Markers of passages no tool returned go; the others are
 *  renumbered by first appearance. What was shown is final, to the letter. One for each step. */
export class StreamCiter {
  readonly #numbers: PassageNumbers;
  readonly #scanner: MarkerScanner;
  #cited: readonly number[] = [];
  readonly #text = new GrowingText();

  constructor(numbers: PassageNumbers) {
    this.#numbers = numbers;
    this.#scanner = new MarkerScanner((n) => this.#resolve(n));
  }

  /** All that was passed on so far. */
  get text(): string {
    return this.#text.toString();
  }

  /** The passages' numbers behind the shown [1], [2], …, in that order. */
  get cited(): readonly number[] {
    return this.#cited;
  }

  push(piece: string): string {
    return this.#passOn(this.#scanner.push(piece));
  }

  end(): string {
    return this.#passOn(this.#scanner.end());
  }

  /** One citation for each number in the text, at the very words that support it. */
  citations(): Citation[] {
    const passages = this.#cited.flatMap((number) => this.#numbers.get(number) ?? []).map(toCitable);
    const narrowed = cite(this.text, passages).citations;
    return passages.map(({ text, ...passage }, index) => {
      const found = narrowed.find(
        (each) => each.passage_id === passage.passage_id && passage.start <= each.start && each.end <= passage.end,
      );
      return found ? { ...found, n: index + 1 } : { ...passage, n: index + 1, quote: text };
    });
  }

  #passOn(text: string): string {
    this.#text.push(text);
    return text;
  }

  #resolve(n: number): number | undefined {
    if (!this.#numbers.get(n)) return undefined;
    const known = this.#cited.indexOf(n);
    if (known >= 0) return known + 1;
    this.#cited = [...this.#cited, n];
    return this.#cited.length;
  }
}

/** The text as the model wrote it: shown text with the passages' own numbers back in its markers. Pure.
 *  @returns undefined when a marker's passage is not known */
export function unrenumber(shownText: string, cited: readonly number[]): string | undefined {
  let isKnown = true;
  const scanner = new MarkerScanner((n) => {
    const number = cited[n - 1];
    if (number === undefined) isKnown = false;
    return number;
  });
  const text = scanner.push(shownText) + scanner.end();
  return isKnown ? text : undefined;
}

function toCitable({ n: _n, heading_path: _headings, ...passage }: NumberedPassage): CitablePassage {
  return passage;
}
