import type { Locator } from 'playwright-core';
import { waitFor } from '../wait-for.ts';

/** Words without blanks: reading a page joins what it draws in pieces. */
export const squeezed = (words: string): string => words.replaceAll(/\s/g, '');

/** How many pixels of a page's canvas are not white. */
export async function inkOf(page: Locator): Promise<number> {
  return page.locator('canvas').evaluate((element: unknown) => {
    const canvas = element as { width: number; height: number; getContext(kind: '2d'): Pixels };
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let ink = 0;
    for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 200 && (data[at + 3] ?? 0) > 0) ink++;
    return ink;
  });
}
type Pixels = { getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray } };

/** Waits until an element lies whole within the pane that scrolls it. */
export async function untilInView(element: Locator): Promise<void> {
  await waitFor('the element in view', async () => {
    const { own, pane } = await boxes(element);
    return pane !== undefined && own.top >= pane.top - 1 && own.bottom <= pane.bottom + 1;
  });
}

/** How far below the top of its pane an element begins, in CSS pixels. */
export async function placeInPane(element: Locator): Promise<number> {
  const { own, pane } = await boxes(element);
  if (!pane) throw new Error('the element is in no pane');
  return own.top - pane.top;
}

type Box = { top: number; bottom: number };

/** Without a pane: the element was taken from the page after it was found, to be drawn anew. */
const boxes = (element: Locator): Promise<{ own: Box; pane: Box | undefined }> =>
  element.evaluate((each: unknown) => {
    type Placed = { getBoundingClientRect(): Box; closest(selector: string): Placed | null };
    const placed = each as Placed;
    const pane = placed.closest('[data-pane]')?.getBoundingClientRect();
    return { own: placed.getBoundingClientRect(), pane };
  });
