/** A time as other chats write it: seconds or milliseconds of the epoch, or ISO 8601. Undefined when it is none. Pure.
 *  @returns milliseconds of the epoch */
export function foreignTime(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0) return undefined;
  // Seconds reach this number in the year 5138, milliseconds had it in 1973.
  const ms = typeof value === 'string' || number >= 1e11 ? number : number * 1000;
  return ms < 253_402_300_800_000 ? Math.floor(ms) : undefined;
}
