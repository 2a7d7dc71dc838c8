import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { inBrowser } from './in-browser.ts';
import { translated } from './in-language.ts';

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
