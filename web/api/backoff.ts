/** The pause before the next try in ms: it doubles from `firstMs` to `mostMs`, and half of it is drawn at random so that browsers cut off together do not return together. A wait the server asked for is kept. */
export function backoffMs(
  tries: number,
  { firstMs, mostMs, askedMs = 0, random = Math.random }: BackoffOptions,
): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(tries, 20));
  return Math.max(askedMs, full / 2 + (full / 2) * random());
}

type BackoffOptions = { firstMs: number; mostMs: number; askedMs?: number | undefined; random?: () => number };
