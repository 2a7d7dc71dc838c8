import { ImportFault } from '../import-fault.ts';

/** The most one value may have in characters: the event loop waits while it is parsed. */
const maxChars = 16 * 2 ** 20;
/** A recursive export of LibreChat goes two levels deeper with each message. */
const maxDepth = 4_000;

const quote = 0x22;
const backslash = 0x5c;
const openings = new Set([0x5b, 0x7b]);
const closings = new Set([0x5d, 0x7d]);

/** The texts of the values of a JSON file, one by one: the elements of an array, or the one object there is. Only one is held at a time, and
 *  nothing is parsed here.
 *  @throws ImportFault when it is no array and no object, is cut off, or one value is larger or deeper than the bounds */
export async function* jsonValues(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const scan = new Scan();
  for await (const text of decoded(chunks)) yield* scan.take(text);
  scan.end();
}

class Scan {
  #depth = 0;
  /** How deep a value begins: 1 in an array, 0 for the one object. */
  #base: 0 | 1 | undefined;
  #inString = false;
  #escaped = false;
  #value = '';
  #isOver = false;

  *take(text: string): Generator<string> {
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const char = text.charCodeAt(at);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (char === backslash) this.#escaped = true;
        else if (char === quote) this.#inString = false;
        continue;
      }
      if (char === quote) {
        this.#inString = true;
        continue;
      }
      if (openings.has(char)) {
        if (this.#isOver) throw new ImportFault('There is more behind its end.');
        this.#base ??= char === 0x5b ? 1 : 0;
        if (this.#depth === this.#base) from = at;
        this.#depth += 1;
        if (this.#depth > maxDepth) throw new ImportFault('It is nested deeper than the server reads.');
      } else if (closings.has(char)) {
        this.#depth -= 1;
        if (this.#depth < 0) throw notJson();
        if (this.#depth === this.#base) {
          yield this.#value + text.slice(from, at + 1);
          this.#value = '';
          from = at + 1;
        }
        this.#isOver = this.#depth === 0;
      }
    }
    if (this.#base === undefined && text.trim() !== '') throw notJson();
    if (this.#base !== undefined && this.#depth > this.#base) this.#keep(text.slice(from));
  }

  end(): void {
    if (!this.#isOver)
      throw this.#base === undefined ? notJson() : new ImportFault('It ends in the middle: the file is not whole.');
  }

  #keep(text: string): void {
    this.#value += text;
    if (this.#value.length > maxChars)
      throw new ImportFault(`One conversation of it is larger than ${maxChars / 2 ** 20} MiB.`);
  }
}

const notJson = () => new ImportFault('It is no JSON file of conversations.');

async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw new ImportFault('It is not UTF-8.');
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}
