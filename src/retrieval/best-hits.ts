import type { Hit } from './hit.ts';

/** The best of what is offered: a heap of bounded size whose root is the worst hit kept. Equals stand in the order of their ids. */
export class BestHits {
  readonly #heap: Hit[] = [];
  readonly #size: number;

  /** @param size  how many are kept, at least 1 */
  constructor(size: number) {
    this.#size = size;
  }

  /** What scores less than this is not kept. */
  get threshold(): number {
    return this.#heap.length < this.#size ? -Infinity : (this.#heap[0]?.score ?? -Infinity);
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

  sorted(): Hit[] {
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

function compareHits(a: Hit, b: Hit): number {
  return b.score - a.score || a.id - b.id;
}
