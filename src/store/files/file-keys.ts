const keyPattern = /^[0-9a-f-]{36}$/;

/** Longer than any upload waits between its last byte and its row. */
export const orphanAgeMs = 2 * 60_000;
/** Keys that are asked for at once whether something names them. */
export const sweepBatch = 500;

export function isFileKey(name: string): boolean {
  return keyPattern.test(name);
}

/** @throws Error for a key that no store of files made */
export function checkedKey(fileKey: string): string {
  if (!isFileKey(fileKey)) throw new Error('a file key that was not made here');
  return fileKey;
}
