import { readFileSync } from 'node:fs';
import type { QuantizedVector } from './quantized-vector.ts';

/** A place for `rowsPerBlock` vectors. Blocks are small, so that a corpus of a few passages takes little and a large one many. */
export type VectorBlock = {
  /** Bytes from the start of the memory: first the vectors, behind them one scale for each. */
  at: number;
};

export const rowsPerBlock = 256;

const bytesPerPage = 65_536;
const maxPages = 65_536;
/** Numbers that are multiplied at once; a vector is filled up with zeros to a multiple of it. */
const lanes = 16;
const bytesPerScale = Float32Array.BYTES_PER_ELEMENT;

const module = new WebAssembly.Module(readFileSync(new URL('./score-rows.wasm', import.meta.url)));

type ScoreRows = (rows: number, scales: number, count: number, stride: number, query: number, scores: number) => void;

/** The memory in which the vectors of a thread lie, and the one thing done with them: the products of a query with all of a block.
 *  The query is kept in 16 bits a number, finer than the vectors, so that only their rounding is left. */
export class VectorMemory {
  readonly dimensions: number;
  readonly #stride: number;
  readonly #queryAt: number;
  readonly #scoresAt: number;
  readonly #blockBytes: number;
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: maxPages });
  readonly #scoreRows: ScoreRows;
  readonly #free: VectorBlock[] = [];
  #end: number;
  /** What the query's numbers were multiplied by to fill 16 bits. */
  #queryScale = 1;

  /** @throws RangeError when a query of so many numbers does not fit beside the scores of a block */
  constructor(dimensions: number) {
    this.dimensions = dimensions;
    this.#stride = Math.ceil(dimensions / lanes) * lanes;
    this.#queryAt = lanes;
    this.#scoresAt = this.#queryAt + this.#stride * Int16Array.BYTES_PER_ELEMENT;
    this.#blockBytes = rowsPerBlock * (this.#stride + bytesPerScale);
    this.#end = this.#scoresAt + rowsPerBlock * bytesPerScale;
    this.#reserve(this.#end);
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
    this.#scoreRows = instance.exports['scoreRows'] as ScoreRows;
  }

  /** @throws RangeError when 4 GiB are full */
  allocate(): VectorBlock {
    const freed = this.#free.pop();
    if (freed) return freed;
    const block = { at: this.#end };
    this.#reserve(this.#end + this.#blockBytes);
    this.#end += this.#blockBytes;
    return block;
  }

  release(block: VectorBlock): void {
    this.#free.push(block);
  }

  set(block: VectorBlock, row: number, { bytes, scale }: QuantizedVector): void {
    const vector = new Int8Array(this.#memory.buffer, block.at + row * this.#stride, this.#stride);
    vector.set(bytes);
    vector.fill(0, bytes.length);
    this.#scales(block)[row] = scale;
  }

  get(block: VectorBlock, row: number): Float32Array {
    const bytes = new Int8Array(this.#memory.buffer, block.at + row * this.#stride, this.dimensions);
    const scale = this.#scales(block)[row] ?? 0;
    return Float32Array.from(bytes, (byte) => byte * scale);
  }

  copy(from: VectorBlock, fromRow: number, to: VectorBlock, toRow: number): void {
    const start = from.at + fromRow * this.#stride;
    new Uint8Array(this.#memory.buffer).copyWithin(to.at + toRow * this.#stride, start, start + this.#stride);
    this.#scales(to)[toRow] = this.#scales(from)[fromRow] ?? 0;
  }

  /** The query that `scores` uses from now on. */
  ask(query: Float32Array): void {
    let max = 0;
    let sum = 0;
    for (const value of query) {
      max = Math.max(max, Math.abs(value));
      sum += Math.abs(value);
    }
    // Rounding adds at most a half to each number, which the 1 % leaves room for.
    const largest = Math.min(32_767 / max, (2 ** 31 / 127 / sum) * 0.99 - 0.5 * (query.length / sum));
    this.#queryScale = Number.isFinite(largest) && largest > 0 ? largest : 1;
    const kept = new Int16Array(this.#memory.buffer, this.#queryAt, this.#stride);
    for (let i = 0; i < kept.length; i++) kept[i] = Math.round((query[i] ?? 0) * this.#queryScale);
  }

  /** The products of the query with the first `count` vectors of a block; overwritten by the next call. */
  scores(block: VectorBlock, count: number): { values: Float32Array; unit: number } {
    const scales = block.at + rowsPerBlock * this.#stride;
    this.#scoreRows(block.at, scales, count, this.#stride, this.#queryAt, this.#scoresAt);
    return { values: new Float32Array(this.#memory.buffer, this.#scoresAt, count), unit: 1 / this.#queryScale };
  }

  #scales(block: VectorBlock): Float32Array {
    return new Float32Array(this.#memory.buffer, block.at + rowsPerBlock * this.#stride, rowsPerBlock);
  }

  #reserve(bytes: number): void {
    const missing = Math.ceil(bytes / bytesPerPage) - this.#memory.buffer.byteLength / bytesPerPage;
    if (missing > 0) this.#memory.grow(missing);
  }
}
