/** Draws of one seed: the same seed gives the same draws everywhere. */
export type Random = {
  /** In [0, 1). */
  unit(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  oneOf<T>(items: readonly [T, ...T[]]): T;
};

/** Mulberry32: 32 bits of state, plenty for drawing moments. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(unit() * (most - least + 1));
  return { unit, between, oneOf: (items) => items[between(0, items.length - 1)] ?? items[0] };
}
