import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sharedServer } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

/** With this set, pictures of each step are kept, and the folder is printed. */
const wantsPictures = process.env.KEEP_SCREENSHOTS !== undefined;

inBrowser('temporary sessions', (open) => {
  const server = sharedServer({ withModel: true });
  for (const [look, options] of Object.entries({
    light: {},
    dark: { colorScheme: 'dark' as const },
    phone: { viewport: { width: 360, height: 740 }, isPhone: true },
  })) {
    it(`says what it is before and after it is opened, and a search does not find it: ${look}`, async () => {
      const folder = wantsPictures ? await mkdtemp(join(tmpdir(), 'perdure-temporary-')) : '';
      if (wantsPictures) process.stderr.write(`Pictures: ${folder}\n`);
      server().model.always({ text: 'Blue.' });
      const person = await server().person();
      const profile = await open({ url: server().url, as: person, ...options });
      const page = await profile.visit('/');
      const picture = async (name: string) => {
        if (wantsPictures) await page.screenshot({ path: join(folder, `${look}-${name}.png`) });
      };
      await page.getByText('It is erased after 24 hours').waitFor();
      await picture('home');
      await page.getByRole('button', { name: 'New temporary session' }).click();
      await page.getByText(/^Temporary: kept until .*, then erased for good\./).waitFor();
      const window = new SessionWindow(page);
      await window.ask('Which colour is the sky?');
      await window.untilAnswer('an answer', (text) => text === 'Blue.');
      await picture('session');
      if (look === 'phone') await page.getByRole('button', { name: 'Open menu' }).click();
      await page.getByRole('link', { name: 'Temporary. Which colour is the sky?' }).first().waitFor();
      await picture('list');
      await page.getByRole('searchbox', { name: 'Search sessions' }).fill('colour');
      await page.getByText('No title matches.').waitFor();
      expect(await page.evaluate<number>('document.scrollingElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    });
  }
});
