/** The highest seq at or below `from` that is not known, 0 when all are. Older pages are asked for from here: the events of queued turns lie between those of earlier ones, so "the oldest known" would skip some. */
export function firstMissingBelow(known: { has(seq: number): boolean }, from: number): number {
  let seq = from;
  while (seq > 0 && known.has(seq)) seq -= 1;
  return seq;
}
