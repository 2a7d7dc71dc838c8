import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { messageSearch } from '../../src/contract/message-search.ts';
import { answered } from '../client.ts';
import { openSession, type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { expectToFit } from './fits.ts';
import { inBrowser } from './in-browser.ts';

const untilFound = (person: Person, q: string) =>
  waitFor(`${q} to be found`, async () => {
    const reply = await person.client.get(`/api/sessions/search?q=${encodeURIComponent(q)}`);
    return answered(reply, 200, messageSearch).messages.length > 0;
  });

const hits = (page: Page) => page.getByRole('region', { name: 'In messages' });
/** The shortcut works once the page has begun. */
async function search(page: Page, q: string): Promise<void> {
  const field = page.getByRole('searchbox', { name: 'Search sessions' });
  await field.waitFor();
  await waitFor('the focus on the search', async () => {
    await page.keyboard.press('Control+K');
    return field.and(page.locator(':focus')).isVisible();
  });
  await field.fill(q);
}
/** What has the focus is in sight, and says this. */
const untilShown = (page: Page, text: string) =>
  waitFor(`${text} to be shown`, () =>
    page.evaluate<boolean>(`(() => {
      const place = document.activeElement;
      const { top, bottom } = place.getBoundingClientRect();
      return place.matches('[data-said]') && place.textContent.includes(${JSON.stringify(text)}) && bottom > 0 && top < innerHeight;
    })()`),
  );

inBrowser('the search in messages', (open) => {
  const server = sharedServer({ withModel: true });

  it('leads by keyboard to a message far up in a long session, and to one in another branch', async () => {
    const person = await server().person();
    const { session_id } = await openSession(person, { title: 'Long talk' });
    server().model.always({ text: 'Tapirs **swim** well. '.repeat(12) });
    const first = await ask(person, session_id, 'Where do <b>tapirs</b> sleep?');
    server().model.always({ text: 'Something else. '.repeat(60) });
    const replaced = await ask(person, session_id, 'An okapi question');
    await ask(person, session_id, 'A zebra question', { replaces_turn_id: replaced.turn.turn_id });
    for (let n = 1; n <= 58; n++) await ask(person, session_id, `Filler ${n}`);
    await untilFound(person, 'filler 58');

    const profile = await open({ url: server().url, as: person });
    const page = await profile.visit('/');
    await search(page, 'tapirs sle');
    const hit = hits(page).getByRole('link', { name: /Where do <b>tapirs<\/b> sleep\?/ });
    await hit.waitFor();
    expect(await hit.locator('mark').allInnerTexts()).toEqual(['tapirs', 'sle']);
    await page.getByText('No title matches.').waitFor();
    await hit.focus();
    await page.keyboard.press('Enter');
    await untilShown(page, 'Where do <b>tapirs</b> sleep?');
    expect(new URL(page.url()).search, 'a reload shows the newest').toBe('');

    await search(page, 'swim tap');
    await hits(page)
      .getByRole('link', { name: /Answer: Tapirs swim well/ })
      .click();
    await untilShown(page, 'Tapirs swim well.');
    expect(await page.evaluate(`document.activeElement.dataset.said`)).toBe('assistant');
    expect(first.state).toBe('done');

    await search(page, 'okapi');
    await hits(page)
      .getByRole('link', { name: /An okapi question/ })
      .click();
    await untilShown(page, 'An okapi question');
    await page.getByText('This is an earlier version of the session.').waitFor();
  });

  it('says what is not found, that it is offline, and what failed; and fits a phone', async () => {
    const person = await server().person();
    const { session_id } = await openSession(person, { title: 'Walrus' });
    server().model.always({ text: 'Moss.' });
    await ask(person, session_id, 'Do walruses eat moss?');
    await untilFound(person, 'walruses');
    const profile = await open({ url: server().url, as: person });
    const page = await profile.visit('/');
    await search(page, 'nobodysaid');
    await hits(page).getByText('No message has these words.').waitFor();
    await page.route('**/api/sessions/search**', (route) => route.abort('internetdisconnected'));
    await search(page, 'walrus');
    await page.getByRole('link', { name: 'Walrus', exact: true }).waitFor();
    await hits(page).getByText('You are offline: only titles are searched.').waitFor();
    await page.unroute('**/api/sessions/search**');
    await page.route('**/api/sessions/search**', (route) => route.fulfill({ status: 403, body: '' }));
    await search(page, 'walruses eat');
    await hits(page).getByRole('alert').waitFor();
    await page.unroute('**/api/sessions/search**');
    await hits(page).getByRole('button', { name: 'Try again' }).click();
    await hits(page)
      .getByRole('link', { name: /Do walruses eat moss/ })
      .waitFor();

    await page.setViewportSize({ width: 390, height: 780 });
    await page.keyboard.press('Control+K');
    await page.getByRole('searchbox', { name: 'Search sessions' }).fill('walruses');
    await hits(page)
      .getByRole('link', { name: /Do walruses eat moss/ })
      .waitFor();
    await expectToFit(page, 'the search in messages');
    await hits(page)
      .getByRole('link', { name: /Do walruses eat moss/ })
      .click();
    await untilShown(page, 'Do walruses eat moss?');
    await page.getByRole('searchbox', { name: 'Search sessions' }).waitFor({ state: 'hidden' });
  });
});
