/** Pieces of text that say when they were made: a reading of the machine's monotonic clock, which all its processes share. */

/** Ten digits of base 36 last for 42 days from the machine's start. */
const digits = 10;
const stamp = new RegExp(` t([0-9a-z]{${digits}})`, 'g');

/** Nanoseconds of the machine's monotonic clock. */
export function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}

/** A piece as a model sends it: a blank, then a word; the word is the moment in base 36. */
export function stampedPiece(ns: number): string {
  return ` t${ns.toString(36).padStart(digits, '0')}`;
}

/** The stamps in a text, in order, and what of its end may be a piece that was cut. */
export function readStamps(text: string): { stamps: number[]; rest: string } {
  const stamps: number[] = [];
  let end = 0;
  for (const match of text.matchAll(stamp)) {
    stamps.push(Number.parseInt(match[1] ?? '', 36));
    end = match.index + match[0].length;
  }
  return { stamps, rest: text.slice(Math.max(end, text.length - digits - 1)) };
}
