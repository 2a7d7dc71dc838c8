import type { Page } from 'playwright-core';
import { waitFor } from '../wait-for.ts';

/** Until a page shows what it asked for. The network is no measure: the window that holds the feed is never idle. */
export async function untilLoaded(page: Page): Promise<void> {
  await page.locator('main').first().waitFor();
  await waitFor('nothing loads', async () => (await page.getByRole('status', { name: 'Loading' }).count()) === 0);
}
