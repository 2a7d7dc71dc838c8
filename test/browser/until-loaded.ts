import type { Page } from 'playwright-core';
import type { Language } from '../../web/i18n/languages.ts';
import { waitFor } from '../wait-for.ts';
import { translated } from './in-language.ts';

/** Until a page shows what it asked for. The network is no measure: the window that holds the feed is never idle. */
export async function untilLoaded(page: Page, language: Language = 'en'): Promise<void> {
  const name = translated(language, 'Loading');
  await page.locator('main').first().waitFor();
  await waitFor('nothing loads', async () => (await page.getByRole('status', { name }).count()) === 0);
}
