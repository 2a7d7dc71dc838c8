import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { confirm } from './confirm.ts';
import { inBrowser } from './in-browser.ts';

/** With this set, pictures of each step are kept, and the folder is printed. */
const wantsPictures = process.env.KEEP_SCREENSHOTS !== undefined;

inBrowser('the recycle bin of sessions', (open) => {
  const server = sharedServer();
  for (const [look, options] of Object.entries({
    light: {},
    dark: { colorScheme: 'dark' as const },
    phone: { viewport: { width: 360, height: 740 }, isPhone: true },
  })) {
    it(`a person deletes sessions, brings one back in one window and sees it in the other, and deletes one for good: ${look}`, async () => {
      const folder = wantsPictures ? await mkdtemp(join(tmpdir(), 'perdure-bin-')) : '';
      if (wantsPictures) process.stderr.write(`Pictures: ${folder}\n`);
      const person = await server().person();
      for (const title of ['Kept', 'Thrown away', 'Gone for good']) await openSession(person, { title });
      const profile = await open({ url: server().url, as: person, ...options });
      const page = await profile.visit('/');
      const other = await (await open({ url: server().url, as: person })).visit('/');
      const menu = async () => {
        if (look === 'phone') await page.getByRole('button', { name: 'Open menu' }).click();
      };
      const picture = async (name: string) => {
        if (wantsPictures) await page.screenshot({ path: join(folder, `${look}-${name}.png`) });
      };
      await menu();
      for (const title of ['Thrown away', 'Gone for good']) {
        await page.getByRole('button', { name: `Actions for ${title}` }).click();
        await page.getByRole('menuitem', { name: 'Delete' }).click();
        await page.getByText('You can bring it back for 30 days').waitFor();
        if (title === 'Thrown away') await picture('delete');
        await confirm(page, 'Delete session');
      }
      await picture('list');
      await other.getByRole('link', { name: 'Thrown away' }).first().waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Deleted sessions' }).click();
      const bin = page.getByRole('list', { name: 'Deleted sessions' });
      const item = (title: string) => bin.getByRole('listitem').filter({ hasText: title });
      await item('Gone for good').waitFor();
      expect(await bin.getByRole('listitem').count()).toBe(2);
      await picture('bin');
      await bin.getByRole('button', { name: 'Restore Thrown away' }).click();
      await other.getByRole('link', { name: 'Thrown away' }).first().waitFor();
      await item('Thrown away').waitFor({ state: 'detached' });
      await bin.getByRole('button', { name: 'Delete Gone for good for good' }).click();
      await picture('for-good');
      await confirm(page, 'Delete for good');
      await page.getByText('There are no deleted sessions.').waitFor();
      await picture('empty');
      await menu();
      await page.getByRole('link', { name: 'Thrown away' }).first().click();
      await page.getByRole('heading', { name: 'Thrown away' }).waitFor();
    });
  }
});
