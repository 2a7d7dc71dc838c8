/** Pieces are kept as they came until there are so many, and until they are so much beside the text before them. */
const minPieces = 64;
const shareOfWhole = 1 / 8;

/** A text that grows by small pieces for as long as a model speaks. Added to a string, each piece would stay an object with a node of
 *  its own, which takes ten times what it says; here nearly all of the text is one flat string. */
export class GrowingText {
  #whole = '';
  #pieces: string[] = [];
  #piecesLength = 0;

  push(piece: string): void {
    this.#pieces.push(piece);
    this.#piecesLength += piece.length;
    const areMany = this.#pieces.length >= minPieces && this.#piecesLength >= this.#whole.length * shareOfWhole;
    if (areMany) this.#join();
  }

  toString(): string {
    this.#join();
    return this.#whole;
  }

  #join(): void {
    if (this.#pieces.length === 0) return;
    this.#whole = [this.#whole, ...this.#pieces].join('');
    this.#pieces = [];
    this.#piecesLength = 0;
  }
}
