import { number } from '../i18n/numbers.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes in decimal units, as file managers show them. */
export function byteSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${number(Number(size.toFixed(size < 10 ? 1 : 0)))} ${units[unit]}`;
}
