/** Text that was shown before a crash, met again by the text that is made now. While the two agree nothing needs to be
 *  shown; when they part, the step's text begins anew. Pure but for its own progress. */
export class ShownPrefix {
  readonly #shown: string;
  #met = '';
  #isOpen: boolean;

  constructor(shown: string) {
    this.#shown = shown;
    this.#isOpen = shown !== '';
  }

  /** @returns the text to show now, and whether it replaces all that was shown */
  push(text: string): { text: string; restarts: boolean } {
    if (!this.#isOpen) return { text, restarts: false };
    this.#met += text;
    if (this.#met.length < this.#shown.length && this.#shown.startsWith(this.#met))
      return { text: '', restarts: false };
    this.#isOpen = false;
    if (this.#met.startsWith(this.#shown)) return { text: this.#met.slice(this.#shown.length), restarts: false };
    return { text: this.#met, restarts: true };
  }

  /** @returns the same, when no more text comes: text that ends before the shown text does replaces it */
  end(): { text: string; restarts: boolean } {
    const restarts = this.#isOpen;
    this.#isOpen = false;
    return { text: restarts ? this.#met : '', restarts };
  }
}
