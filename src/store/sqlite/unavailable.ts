/** SQLite's result codes for a disk that is full or failing, and a file locked too long: nothing of the batch was stored. */
const unavailableCodes = new Set([5, 6, 8, 10, 11, 13, 14, 26]);

export function isUnavailable(error: Error): boolean {
  return 'errcode' in error && unavailableCodes.has(Number(error.errcode) & 0xff);
}
