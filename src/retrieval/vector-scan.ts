import { BestHits } from './best-hits.ts';
import type { Hit } from './hit.ts';
import type { QuantizedVector } from './quantized-vector.ts';
import { rowsPerBlock, type VectorBlock, type VectorMemory } from './vector-memory.ts';

/** Vectors searched by looking at each: exact, and open to any filter. Ids are the store's row numbers. */
export class VectorScan {
  readonly memory: VectorMemory;
  readonly #blocks: VectorBlock[] = [];
  /** The id of each row, and the row of each id. */
  readonly #ids: number[] = [];
  readonly #rows = new Map<number, number>();

  constructor(memory: VectorMemory) {
    this.memory = memory;
  }

  get size(): number {
    return this.#ids.length;
  }

  /** Adds a vector, or replaces the one of that id. */
  set(id: number, vector: QuantizedVector): void {
    const { dimensions } = this.memory;
    if (vector.bytes.length !== dimensions) {
      throw new RangeError(`A vector of ${vector.bytes.length} numbers does not fit among vectors of ${dimensions}.`);
    }
    const row = this.#rows.get(id) ?? this.#ids.length;
    if (row === this.#blocks.length * rowsPerBlock) this.#blocks.push(this.memory.allocate());
    this.memory.set(this.#block(row), row % rowsPerBlock, vector);
    this.#ids[row] = id;
    this.#rows.set(id, row);
  }

  /** The last row takes the place of the one that goes. */
  delete(id: number): void {
    const row = this.#rows.get(id);
    const moved = row === undefined ? undefined : this.#ids.pop();
    if (row === undefined || moved === undefined) return;
    const last = this.#ids.length;
    this.#rows.delete(id);
    if (row !== last) {
      this.memory.copy(this.#block(last), last % rowsPerBlock, this.#block(row), row % rowsPerBlock);
      this.#ids[row] = moved;
      this.#rows.set(moved, row);
    }
    if (last % rowsPerBlock === 0) {
      this.memory.release(this.#block(last));
      this.#blocks.pop();
    }
  }

  /** The vector of an id, as exactly as it is kept. */
  get(id: number): Float32Array | undefined {
    const row = this.#rows.get(id);
    return row === undefined ? undefined : this.memory.get(this.#block(row), row % rowsPerBlock);
  }

  /** Offers each vector with its dot product with what the memory was asked. */
  search(best: BestHits, isAllowed?: (id: number) => boolean): void {
    for (const [index, block] of this.#blocks.entries()) {
      const from = index * rowsPerBlock;
      const { values, unit } = this.memory.scores(block, Math.min(rowsPerBlock, this.#ids.length - from));
      for (let row = 0; row < values.length; row++) {
        const score = (values[row] ?? 0) * unit;
        if (score < best.threshold) continue;
        const id = this.#ids[from + row];
        if (id !== undefined && (isAllowed?.(id) ?? true)) best.offer(id, score);
      }
    }
  }

  #block(row: number): VectorBlock {
    const block = this.#blocks[Math.floor(row / rowsPerBlock)];
    if (!block) throw new RangeError(`There is no row ${row}.`);
    return block;
  }
}

/** Looks through several scans of one memory as if they were one, and at nothing else.
 *  @param query  a unit vector
 *  @param isAllowed  what it refuses takes no place among the best
 *  @returns the nearest vectors by dot product (the cosine, for unit vectors), best first; equals in the order of their ids */
export function searchVectors(
  scans: readonly VectorScan[],
  query: Float32Array,
  topK: number,
  isAllowed?: (id: number) => boolean,
): Hit[] {
  const [memory] = scans.map((scan) => scan.memory);
  if (!memory) return [];
  if (query.length !== memory.dimensions) throw new RangeError(`The query has ${query.length} numbers.`);
  memory.ask(query);
  const best = new BestHits(topK);
  for (const scan of scans) scan.search(best, isAllowed);
  return best.sorted();
}
