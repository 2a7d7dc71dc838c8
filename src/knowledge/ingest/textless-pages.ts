import type { PageSpan } from './parsed-document.ts';

/** The notice about pages on which nothing can be read, as scans are; none when every page has text. Pure. */
export function textlessPages(text: string, pages: readonly PageSpan[]): string[] {
  const numbers = pages
    .filter(({ start, end }) => !/[\p{L}\p{N}]/u.test(text.slice(start, end)))
    .map(({ page }) => page);
  if (numbers.length === 0) return [];
  return [
    numbers.length === 1
      ? `No text on page ${numbers[0]}. If it is a scan, run text recognition (OCR) on the file and upload the result.`
      : `No text on pages ${numberRanges(numbers)}. If they are scans, run text recognition (OCR) on the file and upload the result.`,
  ];
}

const maxRanges = 20;

/** Rising numbers without words, as every language takes them: `3-5, 9`. Pure. */
export function numberRanges(numbers: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const open = ranges.at(-1);
    if (open?.last === number - 1) open.last = number;
    else ranges.push({ first: number, last: number });
  }
  const words = ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`));
  return (words.length > maxRanges ? [...words.slice(0, maxRanges), '…'] : words).join(', ');
}
