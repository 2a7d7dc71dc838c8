/** Text that was shown before a crash, met again by the text that is made now. While the two agree nothing needs to be
 *  shown; when they part, the step's text begins anew. Pure but for its own progress. */
export class ShownPrefix {
  #shown: string;
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
    const [met, shown] = [this.#met, this.#shown];
    this.#close();
    if (met.startsWith(shown)) return { text: met.slice(shown.length), restarts: false };
    return { text: met, restarts: true };
  }

  /** @returns the same, when no more text comes: text that ends before the shown text does replaces it */
  end(): { text: string; restarts: boolean } {
    const [restarts, met] = [this.#isOpen, this.#met];
    this.#close();
    return { text: met, restarts };
  }

  /** What was compared is not needed for the rest of the turn. */
  #close(): void {
    this.#isOpen = false;
    this.#met = '';
    this.#shown = '';
  }
}
