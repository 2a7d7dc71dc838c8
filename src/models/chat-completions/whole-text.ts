/** Makes streamed text storable: unpaired surrogates and U+0000 become U+FFFD, and a piece never ends between the two
 *  halves of a character. SQLite returns unpaired surrogates as U+FFFD, so what is shown must hold none either. */
export class WholeText {
  #high = '';

  /** @returns the text that may be shown now; a high surrogate at its end waits for the next piece */
  push(piece: string): string {
    const text = this.#high + piece;
    const endsHigh = text.length > 0 && isHighSurrogate(text.charCodeAt(text.length - 1));
    this.#high = endsHigh ? text.slice(-1) : '';
    return clean(endsHigh ? text.slice(0, -1) : text);
  }

  /** @returns what still waited, when no more text comes */
  end(): string {
    const rest = this.#high;
    this.#high = '';
    return clean(rest);
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
