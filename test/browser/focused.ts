import type { Page } from 'playwright-core';

/** What the focus is on: its label, text or id. */
export async function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') || element?.getAttribute('name') || element?.id.replace(/^_.*|^:.*/, '') ||
      element?.textContent.trim() || '';
  })()`);
}
