/** A found vector's id and its score; higher is better. */
export type VectorHit = { id: number; score: number };

/** A unit vector in 8 bits a number: value i is `bytes[i] * scale`. */
export type QuantizedVector = { bytes: Int8Array; scale: number };

/** Keeps the direction of a vector within about 0.5 %. Pure. */
export function quantizeVector(vector: Float32Array): QuantizedVector {
  let max = 0;
  for (const value of vector) max = Math.max(max, Math.abs(value));
  const scale = max / 127 || 1;
  return { bytes: Int8Array.from(vector, (value) => Math.round(value / scale)), scale };
}

/** Vectors in one block of memory, searched by looking at each: exact and open to any filter. 100,000 vectors of 384 numbers take
 *  38 MB. Ids are the store's row numbers. */
export class VectorScan {
  readonly dimensions: number;
  #bytes: Int8Array;
  #scales: Float32Array;
  #ids: Float64Array;
  #size = 0;
  readonly #rows = new Map<number, number>();

  constructor(dimensions: number, capacity = 1024) {
    this.dimensions = dimensions;
    this.#bytes = new Int8Array(capacity * dimensions);
    this.#scales = new Float32Array(capacity);
    this.#ids = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a vector, or replaces the one of that id. */
  set(id: number, { bytes, scale }: QuantizedVector): void {
    if (bytes.length !== this.dimensions) {
      throw new RangeError(`A vector of ${bytes.length} numbers does not fit among vectors of ${this.dimensions}.`);
    }
    const row = this.#rows.get(id) ?? this.#size++;
    if (row >= this.#ids.length) this.#grow();
    this.#rows.set(id, row);
    this.#bytes.set(bytes, row * this.dimensions);
    this.#scales[row] = scale;
    this.#ids[row] = id;
  }

  delete(id: number): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    const last = --this.#size;
    const { dimensions } = this;
    this.#bytes.copyWithin(row * dimensions, last * dimensions, (last + 1) * dimensions);
    this.#scales[row] = this.#scales[last] ?? 0;
    const moved = this.#ids[last] ?? 0;
    this.#ids[row] = moved;
    this.#rows.set(moved, row);
    this.#rows.delete(id);
  }

  /** The nearest vectors by dot product (the cosine, for unit vectors), best first; equals in the order of their ids.
   *  @param isAllowed  asked before a vector is looked at, so that what a person may not read costs nothing and tells nothing */
  search(query: Float32Array, topK: number, isAllowed?: (id: number) => boolean): VectorHit[] {
    if (query.length !== this.dimensions) throw new RangeError(`The query has ${query.length} numbers.`);
    const best = new BestHits(topK);
    for (let row = 0; row < this.#size; row++) {
      const id = this.#ids[row] ?? 0;
      if (isAllowed !== undefined && !isAllowed(id)) continue;
      best.offer(id, this.#dot(query, row) * (this.#scales[row] ?? 0));
    }
    return best.sorted();
  }

  #dot(query: Float32Array, row: number): number {
    const bytes = this.#bytes;
    const { dimensions } = this;
    const base = row * dimensions;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let i = 0;
    // Four sums, because one would wait for each addition; undefined cannot occur inside the bounds.
    for (; i + 3 < dimensions; i += 4) {
      const at = base + i;
      a += query[i]! * bytes[at]!;
      b += query[i + 1]! * bytes[at + 1]!;
      c += query[i + 2]! * bytes[at + 2]!;
      d += query[i + 3]! * bytes[at + 3]!;
    }
    for (; i < dimensions; i++) a += query[i]! * bytes[base + i]!;
    return a + b + c + d;
  }

  #grow(): void {
    const capacity = Math.max(1024, this.#ids.length * 2);
    const bytes = new Int8Array(capacity * this.dimensions);
    const scales = new Float32Array(capacity);
    const ids = new Float64Array(capacity);
    bytes.set(this.#bytes);
    scales.set(this.#scales);
    ids.set(this.#ids);
    this.#bytes = bytes;
    this.#scales = scales;
    this.#ids = ids;
  }
}

/** A heap of bounded size whose root is the worst hit kept. */
class BestHits {
  readonly #heap: VectorHit[] = [];
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  offer(id: number, score: number): void {
    const heap = this.#heap;
    const worst = heap[0];
    if (heap.length < this.#size) {
      heap.push({ id, score });
      this.#up(heap.length - 1);
    } else if (worst !== undefined && (score > worst.score || (score === worst.score && id < worst.id))) {
      heap[0] = { id, score };
      this.#down();
    }
  }

  sorted(): VectorHit[] {
    return this.#heap.toSorted(compareHits);
  }

  #up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfWorse(at, parent)) return;
      at = parent;
    }
  }

  #down(): void {
    let at = 0;
    for (;;) {
      const left = at * 2 + 1;
      const right = left + 1;
      if (left >= this.#heap.length) return;
      const worse = right < this.#heap.length && this.#isWorse(right, left) ? right : left;
      if (!this.#swapIfWorse(worse, at)) return;
      at = worse;
    }
  }

  #swapIfWorse(child: number, parent: number): boolean {
    if (!this.#isWorse(child, parent)) return false;
    const heap = this.#heap;
    const [a, b] = [heap[child], heap[parent]];
    if (a === undefined || b === undefined) return false;
    heap[child] = b;
    heap[parent] = a;
    return true;
  }

  #isWorse(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    return a !== undefined && b !== undefined && compareHits(a, b) > 0;
  }
}

function compareHits(a: VectorHit, b: VectorHit): number {
  return b.score - a.score || a.id - b.id;
}
