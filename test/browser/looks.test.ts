import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import type { Language } from '../../web/i18n/languages.ts';
import { sharedServer } from '../shared-server.ts';
import { expectAccessible } from './accessible.ts';
import { expectToFit } from './fits.ts';
import { furnish, type KnownPage } from './furnish.ts';
import { inBrowser } from './in-browser.ts';
import { anyTranslation, englishOn, translated } from './in-language.ts';
import type { ProfileOptions } from './profile.ts';
import { SessionWindow } from './session-window.ts';
import { untilLoaded } from './until-loaded.ts';

/** What stands in the furnished documents and is a message of the app as well. */
const wordsOfTheHouse = ['Rules', 'Days', 'Kind'];
const phone = { width: 360, height: 740 };
/** With this set, each page's picture is kept, and the folder is printed. */
const wantsPictures = process.env.KEEP_SCREENSHOTS !== undefined;

inBrowser('every page', (open) => {
  const server = sharedServer({ withModel: true });
  let pictures = '';
  const picture = async (page: Page, name: string) => {
    if (wantsPictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
  };
  let pages: KnownPage[] = [];

  beforeAll(async () => {
    if (wantsPictures) {
      pictures = await mkdtemp(join(tmpdir(), 'perdure-pages-'));
      process.stderr.write(`Pictures of the pages: ${pictures}\n`);
    }
    pages = await furnish(server());
  }, 120_000);

  type Look = Partial<ProfileOptions> & { language?: Language };
  const looks: Record<string, Look> = {
    light: {},
    dark: { colorScheme: 'dark' },
    phone: { viewport: phone, isPhone: true },
    'right to left': { locale: 'ar', language: 'ar' },
    // Long words on a narrow page.
    'German phone': { locale: 'de-DE', language: 'de', viewport: phone, isPhone: true },
  };
  for (const [look, { language = 'en', ...options }] of Object.entries(looks)) {
    const say = (text: string) => translated(language, text);
    it(`is drawn within the window: ${look}`, async () => {
      const nobody = await open({ url: server().url, ...options });
      const signIn = await nobody.visit('/sign-in');
      await signIn.getByLabel(say('Username')).waitFor();
      await expectToFit(signIn, '/sign-in');
      const inEnglish: Record<string, string[]> = {};
      const lookForEnglish = async (page: Page, place: string) => {
        const found = (await englishOn(page, language)).filter((text) => !wordsOfTheHouse.includes(text));
        if (found.length > 0) inEnglish[place] = found;
      };
      await lookForEnglish(signIn, '/sign-in');
      await picture(signIn, `${look}-sign-in`);
      await signIn.getByLabel(say('Username')).fill('admin');
      await signIn.getByLabel(say('Password')).fill('not the password');
      await signIn.getByRole('button', { name: say('Sign in') }).click();
      await signIn.getByRole('alert').waitFor();
      await picture(signIn, `${look}-sign-in-refused`);

      const profile = await open({ url: server().url, as: server().admin, ...options });
      const page = await profile.context.newPage();
      for (const { name, path, shows } of pages) {
        await page.goto(path);
        await page.getByText(anyTranslation(language, shows)).filter({ visible: true }).first().waitFor();
        await untilLoaded(page, language);
        await expectToFit(page, path);
        await expectAccessible(page, path);
        await lookForEnglish(page, path);
        expect(await page.locator('body').innerText(), 'no folder of the server').not.toContain(server().dataDir);
        await picture(page, `${look}-${name}`);
      }
      if (options.isPhone) {
        await page.getByRole('button', { name: say('Open menu') }).click();
        await page
          .getByRole('dialog')
          .getByRole('link', { name: say('Knowledge') })
          .waitFor();
        await expectToFit(page, 'the menu');
        await picture(page, `${look}-menu`);
      }
      await profile.context.route(/\/api\//, (route) => route.abort());
      await page.goto('/knowledge');
      await page.getByRole('alert').first().waitFor();
      await expectToFit(page, 'an error');
      await picture(page, `${look}-unreachable`);
      await lookForEnglish(page, 'an error');
      profile.forgive(/^console: .*ApiError: /s);
      expect(inEnglish).toEqual({});
    });
  }

  it('shows a citation’s passage over the whole screen of a phone, and closes again', async () => {
    const session = pages.find(({ name }) => name === 'session');
    const profile = await open({ url: server().url, as: server().admin, viewport: phone, isPhone: true });
    const window = new SessionWindow(await profile.visit(session?.path ?? ''));
    await window.page.evaluate("history.replaceState(null, '', location.pathname)");
    await window.page.reload();
    await window.chip(1).tap();
    const source = window.page.getByRole('dialog');
    await source.locator('mark').waitFor();
    expect(await source.locator('mark').boundingBox()).toMatchObject({ x: expect.any(Number) });
    await expectToFit(window.page, 'the source on a phone');
    await source.getByRole('button', { name: 'Close source' }).tap();
    await source.waitFor({ state: 'detached' });
    await window.composer.tap();
    await window.composer.fill('And then?');
    const box = await window.page.getByRole('button', { name: 'Send' }).boundingBox();
    expect(box && Math.min(box.width, box.height), 'a finger hits it').toBeGreaterThanOrEqual(36);
  });
});
