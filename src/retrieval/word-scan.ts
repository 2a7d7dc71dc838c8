import { BestHits } from './best-hits.ts';
import type { Hit } from './hit.ts';
import type { CountedTerms } from './vocabulary.ts';

/** How much of a passage a further occurrence of a term is worth, and how much its length counts.
 *  @see Robertson and Zaragoza 2009 "The Probabilistic Relevance Framework: BM25 and Beyond" */
const k1 = 1.2;
const b = 0.75;

/** A count takes the lower byte of an entry, the row the rest. */
const countBits = 8;
const maxCount = 2 ** countBits - 1;
const maxRows = 2 ** (32 - countBits);
/** Rows of deleted passages are taken out once they are a quarter of all, and at least so many. */
const minDeadRows = 1024;

/** Which passages hold a term and how often, for all terms of a vocabulary. Ids are the store's row numbers.
 *  A search adds up over all passages that hold a term of the question, which is exact; 100,000 passages of 130 words take about 55 MB. */
export class WordScan {
  readonly #entries = new Map<number, Entries>();
  /** The id of each row, -1 of a deleted one, and its length. */
  #ids: number[] = [];
  #lengths: number[] = [];
  readonly #rows = new Map<number, number>();
  #length = 0;

  get size(): number {
    return this.#rows.size;
  }

  /** The sum of all lengths. */
  get length(): number {
    return this.#length;
  }

  /** Adds a passage whose id is not there.
   *  @throws RangeError for an id that is there, and beyond 16 million passages */
  add(id: number, { terms, counts, length }: CountedTerms): void {
    if (this.#rows.has(id)) throw new RangeError(`Passage ${id} is there already.`);
    const row = this.#ids.length;
    if (row >= maxRows) throw new RangeError(`There is no room for more than ${maxRows} passages.`);
    for (const [index, term] of terms.entries()) {
      let entries = this.#entries.get(term);
      if (!entries) this.#entries.set(term, (entries = new Entries()));
      entries.push(row * 2 ** countBits + Math.min(counts[index] ?? 0, maxCount));
    }
    this.#ids.push(id);
    this.#lengths.push(length);
    this.#rows.set(id, row);
    this.#length += length;
  }

  delete(id: number): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#rows.delete(id);
    this.#length -= this.#lengths[row] ?? 0;
    this.#ids[row] = -1;
    const dead = this.#ids.length - this.#rows.size;
    if (dead >= minDeadRows && dead * 4 >= this.#ids.length) this.#compact();
  }

  /** How many passages hold a term; deleted ones count until they are taken out. */
  passagesWith(term: number): number {
    return this.#entries.get(term)?.size ?? 0;
  }

  /** Offers each passage that holds one of the terms, with the sum of their weights, a term's share growing with its count and shrinking
   *  with the passage's length. */
  search(
    terms: ReadonlyMap<number, number>,
    averageLength: number,
    best: BestHits,
    isAllowed?: (id: number) => boolean,
  ): void {
    const scores = new Float32Array(this.#ids.length);
    const lengths = this.#lengths;
    const perLength = (k1 * b) / averageLength;
    for (const [term, weight] of terms) {
      const entries = this.#entries.get(term);
      if (!entries) continue;
      const { values, size } = entries;
      for (let i = 0; i < size; i++) {
        // Undefined cannot occur inside the bounds.
        const entry = values[i]!;
        const row = entry >>> countBits;
        const count = entry & maxCount;
        scores[row]! += (weight * count * (k1 + 1)) / (count + k1 * (1 - b) + perLength * lengths[row]!);
      }
    }
    for (let row = 0; row < scores.length; row++) {
      const score = scores[row]!;
      if (score === 0 || score < best.threshold) continue;
      const id = this.#ids[row]!;
      if (id >= 0 && (isAllowed?.(id) ?? true)) best.offer(id, score);
    }
  }

  /** Takes the rows of deleted passages out. */
  #compact(): void {
    const moved = new Map<number, number>();
    const ids: number[] = [];
    const lengths: number[] = [];
    for (const [row, id] of this.#ids.entries()) {
      if (id < 0) continue;
      moved.set(row, ids.length);
      this.#rows.set(id, ids.length);
      ids.push(id);
      lengths.push(this.#lengths[row] ?? 0);
    }
    this.#ids = ids;
    this.#lengths = lengths;
    for (const [term, entries] of this.#entries) {
      entries.keep((entry) => {
        const row = moved.get(entry >>> countBits);
        return row === undefined ? undefined : row * 2 ** countBits + (entry & maxCount);
      });
      if (entries.size === 0) this.#entries.delete(term);
    }
  }
}

/** Numbers of 32 bits, one after the other. */
class Entries {
  values = new Uint32Array(2);
  size = 0;

  push(value: number): void {
    if (this.size === this.values.length) {
      const longer = new Uint32Array(Math.ceil(this.size * 1.5));
      longer.set(this.values);
      this.values = longer;
    }
    this.values[this.size++] = value;
  }

  keep(change: (value: number) => number | undefined): void {
    const kept: number[] = [];
    for (let i = 0; i < this.size; i++) {
      const value = change(this.values[i] ?? 0);
      if (value !== undefined) kept.push(value);
    }
    this.values = Uint32Array.from(kept);
    this.size = kept.length;
  }
}

/** Scans looked through as if they were one, and nothing else: how rare a term is and how long a passage is on average depend on
 *  them alone. */
export class WordScans {
  readonly #scans: readonly WordScan[];
  readonly passages: number;
  readonly #averageLength: number;

  constructor(scans: readonly WordScan[]) {
    this.#scans = scans;
    this.passages = scans.reduce((sum, scan) => sum + scan.size, 0);
    this.#averageLength = scans.reduce((sum, scan) => sum + scan.length, 0) / Math.max(1, this.passages);
  }

  /** How many passages hold a term. */
  holding(term: number): number {
    const holding = this.#scans.reduce((sum, scan) => sum + scan.passagesWith(term), 0);
    return Math.min(this.passages, holding);
  }

  /** The best passages by BM25, best first; higher is better.
   *  @param question  terms with how much each counts
   *  @param isAllowed  what it refuses takes no place among the best */
  search(question: ReadonlyMap<number, number>, topK: number, isAllowed?: (id: number) => boolean): Hit[] {
    if (this.#averageLength === 0) return [];
    const weights = new Map<number, number>();
    for (const [term, weight] of question) {
      const holding = this.holding(term);
      const rarity = Math.log(1 + (this.passages - holding + 0.5) / (holding + 0.5));
      if (holding > 0) weights.set(term, weight * rarity);
    }
    const best = new BestHits(topK);
    for (const scan of this.#scans) scan.search(weights, this.#averageLength, best, isAllowed);
    return best.sorted();
  }
}
