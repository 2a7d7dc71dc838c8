import { expect, it } from 'vitest';
import { sharedServer } from '../shared-server.ts';
import { focused } from './focused.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('the shortcuts', (open) => {
  const server = sharedServer({ withModel: true });

  it('open a session, stop its answer, lead to the search and back to the message, and are listed', async () => {
    server().model.always({ pieceDelayMs: 60, tokens: 400, seed: 4 });
    const profile = await open({ url: server().url, as: server().admin });
    const page = await profile.visit('/');
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
    await page.keyboard.press('Control+Shift+O');
    await page.getByText('What would you like to know?').waitFor();
    await page.keyboard.press('Control+K');
    expect(await focused(page)).toBe('Search sessions');
    await page.keyboard.press('Shift+Escape');
    expect(await focused(page)).toBe('composer');
    await page.keyboard.type('Something long');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Stop answering' }).waitFor();
    await page.keyboard.press('Control+.');
    await page.getByText('Answer stopped').filter({ visible: true }).first().waitFor();

    await page.keyboard.press('Control+/');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.getByText('Stop the answer').waitFor();
    const before = page.url();
    await page.keyboard.press('Control+Shift+O');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    expect(page.url(), 'under a dialog nothing happens').toBe(before);
    await expect.poll(() => focused(page)).toBe('composer');
  });
});
