import type { Page } from 'playwright-core';

/** Confirms what a dialog asks, and waits until it is done. While the dialog is there the page behind it is hidden from whoever looks by
 *  role: what is to go would seem gone at once. */
export async function confirm(page: Page, action: string): Promise<void> {
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: action }).click();
  await dialog.waitFor({ state: 'detached' });
}
