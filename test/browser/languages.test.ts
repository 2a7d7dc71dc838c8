import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Language } from '../../web/i18n/languages.ts';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { expectAccessible } from './accessible.ts';
import { inBrowser } from './in-browser.ts';
import { englishOn, translated } from './in-language.ts';

/** Said on pages for administrators alone. */
const untold = /"Retention\\*":/;

inBrowser('languages', (open) => {
  const server = sharedServer();

  it('speaks the browser’s language from the first page on, and another one once that is chosen there', async () => {
    const profile = await open({ url: server().url, locale: 'de-AT' });
    const page = await profile.visit('/sign-in');
    await page.getByRole('heading', { name: translated('de', 'Sign in') }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await page.getByLabel(translated('de', 'Language')).selectOption({ label: 'العربية' });
    await page.getByRole('heading', { name: translated('ar', 'Sign in') }).waitFor();
    expect(await page.locator('html').evaluate('document.documentElement.dir')).toBe('rtl');
    await page.reload();
    await page.getByRole('heading', { name: translated('ar', 'Sign in') }).waitFor();
    await page.getByLabel(translated('ar', 'Language')).selectOption('system');
    await page.getByRole('heading', { name: translated('de', 'Sign in') }).waitFor();
  });

  it('changes the language from the account’s menu, by keyboard, and keeps what was being written', async () => {
    const person = await server().person();
    const profile = await open({ url: server().url, as: person });
    const { session_id: sessionId } = await openSession(person);
    const page = await profile.visit(`/sessions/${sessionId}`);
    await page.getByRole('textbox', { name: 'Message' }).fill('Half a question');
    await page.getByRole('button', { name: person.user.display_name }).press('Enter');
    await page.getByRole('menuitem', { name: 'Language' }).press('ArrowRight');
    await page.getByRole('menuitemradio', { name: 'Español' }).press('Enter');
    await page.locator('html[lang=es]').waitFor();
    const composer = page.getByRole('textbox', { name: translated('es', 'Message') });
    expect(await composer.inputValue()).toBe('Half a question');
    await page.getByRole('button', { name: person.user.display_name }).press('Enter');
    await page.getByRole('menuitem', { name: translated('es', 'Language') }).press('ArrowRight');
    const chosen = page.getByRole('menuitemradio', { name: 'Español' });
    expect(await chosen.getAttribute('aria-checked')).toBe('true');
  });

  const phones: Record<string, { language: Language; height: number }> = {
    'a phone': { language: 'en', height: 740 },
    'a phone in Arabic': { language: 'ar', height: 740 },
    'a phone in German': { language: 'de', height: 740 },
    'a phone on its side': { language: 'en', height: 320 },
  };
  for (const [phone, { language, height }] of Object.entries(phones)) {
    it(`has every language within the window, and within reach of fingers and keys, on ${phone}`, async () => {
      // They have the most links above the menu.
      const person = await server().person('administrator');
      const width = height < 400 ? 640 : 360;
      const viewport = { width, height };
      const profile = await open({ url: server().url, as: person, locale: language, viewport, isPhone: true });
      const page = await profile.visit('/');
      const say = (text: string) => translated(language, text);
      await page.getByRole('button', { name: say('Open menu') }).tap();
      const account = page.getByRole('button', { name: person.user.display_name });
      await account.tap();
      const line = page.getByRole('menuitem', { name: say('Language') });
      await line.tap();
      const languages = page.getByRole('menuitemradio');
      expect(await languages.count()).toBe(6);
      expect(await line.getAttribute('aria-expanded')).toBe('true');
      for (const menu of await page.getByRole('menu').all()) {
        const box = await boxOf(menu);
        expect(Math.min(box.x, box.y), 'where it begins').toBeGreaterThanOrEqual(0);
        expect(box.x + box.width, 'how far it goes').toBeLessThanOrEqual(width);
        expect(box.y + box.height, 'how far down').toBeLessThanOrEqual(height);
      }
      for (const each of await languages.all()) {
        await each.scrollIntoViewIfNeeded();
        const box = await boxOf(each);
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(width);
        expect(box.height, 'a finger hits it').toBeGreaterThanOrEqual(36);
      }
      await expectAccessible(page, 'the languages', '[role=menu]');

      const [into, out] = language === 'ar' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
      await page.keyboard.press('Escape');
      await account.press('Enter');
      await line.press(into);
      await page.locator('[role=menuitemradio][aria-checked=true]:focus').waitFor();
      await page.keyboard.press(out);
      await languages.first().waitFor({ state: 'detached' });
      expect(await page.locator('[role=menuitem]:focus').innerText()).toBe(say('Language'));
      await line.press('Enter');
      await page.getByRole('menuitemradio', { name: 'Español' }).press('Enter');
      await page.locator('html[lang=es]').waitFor();
    });
  }

  it('is in English while a catalogue does not come, and in its language once it does', async () => {
    const profile = await open({ url: server().url, locale: 'zh-CN' });
    await profile.context.route(/\/assets\/zh-/, (route) => route.abort());
    const page = await profile.visit('/sign-in');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    profile.forgive(/zh-/);
    await profile.context.unroute(/\/assets\/zh-/);
    await page.reload();
    await page.getByRole('heading', { name: translated('zh', 'Sign in') }).waitFor();
  });

  it('draws no page before its words are there', async () => {
    const person = await server().person();
    const profile = await open({ url: server().url, as: person, locale: 'de-DE' });
    const page = await profile.visit('/');
    const words = Promise.withResolvers<void>();
    let isHeld = false;
    await profile.context.route(/\/assets\/de-/, async (route) => {
      isHeld = true;
      await words.promise;
      await route.continue();
    });
    await page.getByRole('link', { name: translated('de', 'Knowledge') }).click();
    await waitFor('the other words asked for', () => Promise.resolve(isHeld));
    await page.waitForTimeout(300);
    expect(await page.getByRole('main').innerText()).not.toMatch(/Knowledge|corpus/i);
    expect(profile.count('GET', /\/assets\/corpora-page-/)).toBe(0);
    words.resolve();
    await page.getByRole('heading', { name: translated('de', 'Knowledge'), exact: true }).waitFor();
    expect(await englishOn(page, 'de')).toEqual([]);
  });

  it('says that a page cannot be shown whose words do not come, and shows it once they do', async () => {
    const person = await server().person();
    const profile = await open({ url: server().url, as: person, locale: 'de-DE' });
    const page = await profile.visit('/');
    let asked = 0;
    // A page that is loaded anew asks for the first words before the others.
    await profile.context.route(/\/assets\/de-/, async (route) => {
      const response = await route.fetch();
      if (untold.test(await response.text())) {
        asked++;
        await route.abort();
      } else await route.fulfill({ response });
    });
    await page.getByRole('link', { name: translated('de', 'Knowledge') }).click();
    await page.getByRole('main').getByRole('alert').first().waitFor();
    expect(asked).toBeGreaterThan(0);
    expect(await englishOn(page, 'de')).toEqual([]);
    expect(profile.count('GET', /\/assets\/corpora-page-/)).toBe(0);
    await profile.context.unroute(/\/assets\/de-/);
    await page.reload();
    await page.getByRole('heading', { name: translated('de', 'Knowledge'), exact: true }).waitFor();
    profile.forgive(/de-/);
  });

  it('writes numbers and days as the reader does, and lets words of people read in their own direction', async () => {
    const person = await server().person();
    const profile = await open({ url: server().url, as: person, locale: 'ar' });
    const { session_id: sessionId } = await openSession(person);
    await ask(person, sessionId, 'An English question?');
    const page = await profile.visit(`/sessions/${sessionId}`);
    const asked = page.locator('.whitespace-pre-wrap', { hasText: 'An English question?' });
    await asked.waitFor();
    const style = "getComputedStyle(document.querySelector('[data-said=user] p')).unicodeBidi";
    expect(await page.evaluate(style)).toBe('plaintext');
    expect(await page.locator('body').innerText()).not.toMatch(/[٠-٩]/);
  });
});

async function boxOf(element: Locator) {
  const box = await element.boundingBox();
  if (!box) throw new Error('it is not drawn');
  return box;
}
