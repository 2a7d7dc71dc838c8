import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { corpus, documentList } from '../../src/contract/documents.ts';
import { answered } from '../client.ts';
import { type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { focused } from './focused.ts';
import { inBrowser } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

inBrowser('by keyboard alone', (open) => {
  const server = sharedServer();

  it('one signs in, opens a session, asks, opens a source, and comes back to where one was', async () => {
    await aDocument(server().admin);
    const profile = await open({ url: server().url });
    const page = await profile.visit('/sign-in');
    await waitFor('the first field has the focus', async () => (await focused(page)) === 'username');
    await page.keyboard.type('admin');
    await page.keyboard.press('Tab');
    await page.keyboard.type(server().adminPassword);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();

    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to content');
    await tabTo(page, 'New session');
    await page.keyboard.press('Enter');
    await page.getByText('What would you like to know?').waitFor();
    await tabTo(page, 'composer');
    await page.keyboard.type('Where does the baker keep the yeast?');
    await page.keyboard.press('Enter');
    const session = new SessionWindow(page);
    await session.chip(1).waitFor();
    expect(await focused(page), 'one can write on at once').toBe('composer');

    await tabTo(page, 'Source 1: Baking', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await waitFor('the source has the focus', async () => (await focused(page)) === 'Baking');
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'Source' }).waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('Source 1: Baking');
  });

  it('a screen reader hears that an answer began and what it says, once', async () => {
    await aDocument(server().admin);
    const profile = await open({ url: server().url, as: server().admin });
    const page = await profile.visit('/');
    await page.getByRole('main').getByRole('button', { name: 'New session' }).click();
    const session = new SessionWindow(page);
    await session.ask('Where does the baker keep the yeast?');
    const announced = page.locator('[aria-live="polite"].sr-only').first();
    await waitFor('the answer is said', async () => (await announced.textContent())?.includes('Answer: '));
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    const nameless = page.locator('button:not([aria-label]):not([title])').filter({ hasNotText: /\S/ });
    expect(await nameless.count(), 'every button has a name').toBe(0);
  });
});

/** Presses Tab until the focus is there. */
async function tabTo(page: Page, name: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 60) {
    const now = await focused(page);
    if (now === name) return;
    passed.push(now);
    await page.keyboard.press(key);
  }
  throw new Error(`${key} never reaches “${name}”: ${passed.join(' | ')}`);
}

/** A corpus with one document that is ready. */
async function aDocument({ client }: Person): Promise<void> {
  const name = `Bakery ${crypto.randomUUID()}`;
  const made = answered(await client.post('/api/corpora', { name }), 201, corpus);
  const body = '# Baking\n\nThe baker keeps the yeast in the blue jar behind the mill.\n';
  await client.call('POST', `/api/corpora/${made.id}/documents?filename=baking.md`, { body });
  await waitFor('the document is ready', async () => {
    const list = answered(await client.get(`/api/corpora/${made.id}/documents`), 200, documentList);
    return list.documents.every((each) => each.state === 'ready');
  });
}
