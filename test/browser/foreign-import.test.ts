import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chatgptTalk } from '../../src/personal-data/testing/foreign-chats.ts';
import { sharedServer } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';

/** With this set, pictures of each step are kept, and the folder is printed. */
const wantsPictures = process.env.KEEP_SCREENSHOTS !== undefined;

const file = (name: string, ...conversations: object[]) => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(JSON.stringify(conversations)),
});

inBrowser('importing conversations of another chat', (open) => {
  const server = sharedServer();
  for (const [look, options] of Object.entries({
    light: {},
    dark: { colorScheme: 'dark' as const },
    phone: { viewport: { width: 360, height: 740 }, isPhone: true },
  })) {
    it(`a person sees what would come, brings it in, and reads it: ${look}`, async () => {
      const folder = wantsPictures ? await mkdtemp(join(tmpdir(), 'perdure-foreign-')) : '';
      if (wantsPictures) process.stderr.write(`Pictures: ${folder}\n`);
      const person = await server().person();
      const profile = await open({ url: server().url, as: person, ...options });
      const page = await profile.visit('/account');
      const picture = async (name: string) => {
        if (wantsPictures) await page.screenshot({ path: join(folder, `${look}-${name}.png`) });
      };
      await page.getByRole('link', { name: 'Import conversations of another chat' }).click();
      await page.getByText('Nothing is stored before you have seen what would come.').waitFor();
      await picture('empty');
      const input = page.getByLabel('File of conversations');
      await input.setInputFiles(file('holiday.json'));
      await page.getByText('There is no conversation in it.').waitFor();
      await picture('refused');
      profile.forgive(/^console: .*400/s);
      const title = `Tea ${randomUUID().slice(0, 8)}`;
      await input.setInputFiles(
        file(
          'conversations.json',
          chatgptTalk(randomUUID(), title),
          { title: 'Broken', mapping: 7 },
          chatgptTalk(randomUUID(), 'Coffee'),
        ),
      );
      await page.getByText('2 conversations can be brought in.').waitFor();
      await page.getByText('It is not as ChatGPT writes a conversation (at mapping).').waitFor();
      await page.getByRole('cell', { name: 'Broken' }).waitFor();
      expect(profile.count('POST', '/api/account/import/conversations')).toBe(2);
      await picture('preview');
      await page.getByRole('button', { name: 'Bring in 2 conversations' }).click();
      await page.getByText('2 conversations brought in.').waitFor();
      expect(await page.evaluate<number>('document.scrollingElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      await picture('result');
      await input.setInputFiles(file('conversations.json', chatgptTalk('same', 'Same'), chatgptTalk('same', 'Same')));
      await page.getByRole('button', { name: 'Bring in' }).click();
      await page.getByText('1 conversation brought in.').waitFor();
      await page.getByText('1 conversation is here already and stays as it is.').waitFor();
      if (look === 'phone') await page.getByRole('button', { name: 'Open menu' }).click();
      await page.getByRole('link', { name: title }).first().click();
      await page.getByText('Brought back from an export').waitFor();
      await page.getByText('It is this.').waitFor();
      await picture('session');
    });
  }
});
