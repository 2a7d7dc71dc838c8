import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';

/** With this set, pictures of each step are kept, and the folder is printed. */
const wantsPictures = process.env.KEEP_SCREENSHOTS !== undefined;

inBrowser('tags of sessions', (open) => {
  const server = sharedServer();
  for (const [look, options] of Object.entries({
    light: {},
    dark: { colorScheme: 'dark' as const },
    phone: { viewport: { width: 360, height: 740 }, isPhone: true },
  })) {
    it(`a person tags a session and narrows the list to it: ${look}`, async () => {
      const folder = wantsPictures ? await mkdtemp(join(tmpdir(), 'perdure-tags-')) : '';
      if (wantsPictures) process.stderr.write(`Pictures: ${folder}\n`);
      const person = await server().person();
      for (const title of ['Lisbon', 'Taxes']) await openSession(person, { title });
      const profile = await open({ url: server().url, as: person, ...options });
      const page = await profile.visit('/account');
      const picture = async (name: string) => {
        if (wantsPictures) await page.screenshot({ path: join(folder, `${look}-${name}.png`) });
      };
      if (look === 'phone') await page.getByRole('button', { name: 'Open menu' }).click();
      await page.getByRole('button', { name: 'Actions for Lisbon' }).click();
      await picture('menu');
      await page.getByRole('menuitem', { name: 'Tags…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Tags of “Lisbon”' });
      await dialog.getByRole('textbox', { name: 'Tags' }).fill('Travel');
      await picture('dialog');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('combobox', { name: 'Sessions with the tag' }).selectOption('Travel');
      await page.getByRole('link', { name: 'Taxes' }).waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Lisbon' }).waitFor();
      await picture('filtered');
      await page.getByRole('combobox', { name: 'Sessions with the tag' }).selectOption('');
      await page.getByRole('link', { name: 'Taxes' }).waitFor();
    });
  }
});
