import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Nothing sticks out to the right, save what scrolls in a box of its own or is cut with an ellipsis on purpose. */
export async function expectToFit(page: Page, where: string): Promise<void> {
  const outside = await page.evaluate<string[]>(`(() => {
    const scrolls = (element) => {
      for (let each = element; each && each !== document.body; each = each.parentElement) {
        if (['auto', 'scroll'].includes(getComputedStyle(each).overflowX) && each.getAttribute('tabindex') === '0') return true;
        if (getComputedStyle(each).textOverflow === 'ellipsis') return true;
      }
      return false;
    };
    const sticksOut = (element) => {
      const { left, right, width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && (right > innerWidth + 1 || left < -1) && !scrolls(element);
    };
    const outside = [...document.body.querySelectorAll('*')].filter(sticksOut).map((each) => each.outerHTML.slice(0, 160));
    const wide = document.scrollingElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
    return [...wide, ...outside];
  })()`);
  expect(outside, where).toEqual([]);
}
