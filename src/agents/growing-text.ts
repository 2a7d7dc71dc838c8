/** So many pieces become one. */
const piecesInBlock = 32;

/** A text that grows by small pieces for as long as a model speaks. Added to a string, each piece would stay an object with a node of
 *  its own, which takes ten times what it says; here nearly all of the text lies in flat blocks, none of which is copied again before
 *  the text is read. */
export class GrowingText {
  readonly #blocks: string[] = [];
  #pieces: string[] = [];

  push(piece: string): void {
    if (piece === '') return;
    this.#pieces.push(piece);
    if (this.#pieces.length < piecesInBlock) return;
    this.#blocks.push(this.#pieces.join(''));
    this.#pieces = [];
  }

  toString(): string {
    return [...this.#blocks, ...this.#pieces].join('');
  }
}
