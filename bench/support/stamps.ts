/** Pieces of text that say when they were made: a reading of the machine's monotonic clock, which all its processes share. */

const digits = 18;
const stamp = new RegExp(` t(\\d{${digits}})`, 'g');

/** Nanoseconds of the machine's monotonic clock. */
export function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}

/** A piece as a model sends it: a blank, then a word. */
export function stampedPiece(ns: number): string {
  return ` t${String(ns).padStart(digits, '0')}`;
}

/** The stamps in a text, in order, and what of its end may be a piece that was cut. */
export function readStamps(text: string): { stamps: number[]; rest: string } {
  const stamps: number[] = [];
  let end = 0;
  for (const match of text.matchAll(stamp)) {
    stamps.push(Number(match[1]));
    end = match.index + match[0].length;
  }
  return { stamps, rest: text.slice(Math.max(end, text.length - digits - 1)) };
}
