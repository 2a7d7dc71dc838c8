/** Numbers from 0 to 1, the same for the same seed.
 *  @see Numerical Recipes, 3rd edition, 7.1 (the constants of its linear congruential generator) */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}
