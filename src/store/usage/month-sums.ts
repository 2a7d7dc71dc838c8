/** What one agent, group or corpus, or everybody together, used in a month: one row instead of as many as there are days, stretches of time
 *  and people of a day. It is read in the place of the days of a month for as long as no more turns of that month are counted. What people think of
 *  answers may change at any time after, and is read from the days. */
export type MonthSums = {
  /** Model, tokens in and out; in the order of the models. */
  tokens: readonly (readonly [string, number, number])[];
  /** Measure, bucket and turns; in that order. */
  latencies: readonly (readonly ['first_text' | 'answer', number, number])[];
  /** Who asked: see `packNumbers`. */
  people: string;
};

/** Different numbers from 0, in any order: how far each is from the one before, in as few bytes of seven bits as it needs, as base64. Pure. */
export function packNumbers(numbers: readonly number[]): string {
  const bytes: number[] = [];
  let before = 0;
  for (const number of Float64Array.from(numbers).toSorted()) {
    let step = number - before;
    before = number;
    for (; step > 127; step = Math.floor(step / 128)) bytes.push((step % 128) + 128);
    bytes.push(step);
  }
  return Buffer.from(bytes).toString('base64');
}

/** Calls `each` with every number that was packed, the smallest first. */
export function unpackNumbers(packed: string, each: (number: number) => void): void {
  let number = 0;
  let step = 0;
  let unit = 1;
  for (const byte of Buffer.from(packed, 'base64')) {
    step += (byte % 128) * unit;
    unit *= 128;
    if (byte > 127) continue;
    number += step;
    step = 0;
    unit = 1;
    each(number);
  }
}

/** Counts different people by their numbers, a bit each, and those without one by their ids. */
export class DifferentPeople {
  #bits = new Uint32Array(32);
  readonly #ids = new Set<string>();
  #numbers = 0;

  get count(): number {
    return this.#numbers + this.#ids.size;
  }

  readonly add = (number: number): void => {
    const word = Math.floor(number / 32);
    if (word >= this.#bits.length) {
      const more = new Uint32Array(Math.max(word + 1, this.#bits.length * 2));
      more.set(this.#bits);
      this.#bits = more;
    }
    const [bits, bit] = [this.#bits[word] ?? 0, 1 << (number % 32)];
    if ((bits & bit) !== 0) return;
    this.#bits[word] = bits | bit;
    this.#numbers += 1;
  };

  addId(id: string): void {
    this.#ids.add(id);
  }
}
