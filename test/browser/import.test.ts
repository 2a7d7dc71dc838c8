import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exportWith, writtenSession } from '../exports.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';

/** With this set, pictures of each step are kept, and the folder is printed. */
const wantsPictures = process.env.KEEP_SCREENSHOTS !== undefined;

const archive = (...sessions: ReturnType<typeof writtenSession>[]) =>
  Buffer.from(exportWith(sessions, { 'documents/one.json': '{}' }));
const file = (buffer: Buffer) => ({ name: 'perdure.zip', mimeType: 'application/zip', buffer });

inBrowser('bringing back an export', (open) => {
  const server = sharedServer();
  for (const [look, options] of Object.entries({
    light: {},
    dark: { colorScheme: 'dark' as const },
    phone: { viewport: { width: 360, height: 740 }, isPhone: true },
  })) {
    it(`a person brings sessions back, reads what was not, and sees where they come from: ${look}`, async () => {
      const folder = wantsPictures ? await mkdtemp(join(tmpdir(), 'perdure-import-')) : '';
      if (wantsPictures) process.stderr.write(`Pictures: ${folder}\n`);
      const person = await server().person();
      const profile = await open({ url: server().url, as: person, ...options });
      const page = await profile.visit('/account');
      const picture = async (name: string) => {
        if (wantsPictures) await page.screenshot({ path: join(folder, `${look}-${name}.png`) });
      };
      // Text that JSON takes for a number.
      const title = `Holidays 12e${randomUUID().replaceAll(/\D/g, '').slice(0, 8)}`;
      const broken = writtenSession('Broken');
      broken.events.splice(2, 1);
      await page.getByRole('button', { name: 'Bring back an export' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Archive').setInputFiles(file(Buffer.from('no archive')));
      await dialog.getByRole('button', { name: 'Bring back' }).click();
      await dialog.getByText('not a ZIP archive').waitFor();
      await picture('refused');
      await dialog.getByLabel('Archive').setInputFiles(file(archive(writtenSession(title), broken)));
      await dialog.getByRole('button', { name: 'Bring back' }).click();
      await page.getByText('1 session brought back.').waitFor();
      await page.getByText('1 session could not be brought back.').waitFor();
      const result = page.getByRole('status').filter({ hasText: '1 session brought back.' });
      await waitFor('the result to be seen without scrolling', async () => {
        const [box, window] = [await result.boundingBox(), page.viewportSize()];
        return box !== null && window !== null && box.y + box.height <= window.height;
      });
      await page.getByText('Event 3: it has the number 4.').waitFor();
      await page.getByText('1 document is in the archive and not put back').waitFor();
      await page.getByText('Event 3: it has the number 4.').scrollIntoViewIfNeeded();
      await picture('result');
      if (look === 'phone') await page.getByRole('button', { name: 'Open menu' }).click();
      await page.getByRole('link', { name: title }).first().click();
      await page.getByText('Brought back from an export').waitFor();
      await page.getByText('An answer.').waitFor();
      await picture('session');
      profile.forgive(/^console: .*400/s);

      const administrator = await open({ url: server().url, as: server().admin, ...options });
      const list = await administrator.visit(`/admin/sessions?q=${title.split(' ')[1]}`);
      await list.getByText('imported', { exact: true }).first().waitFor();
      if (wantsPictures) await list.screenshot({ path: join(folder, `${look}-admin.png`) });
      await list.getByRole('button', { name: 'Read…' }).first().click();
      await list.getByLabel('Your reason').fill('asked by its owner');
      await list.getByRole('button', { name: 'Record and read' }).click();
      await list.getByText('brought this session back from an export').waitFor();
      if (wantsPictures) await list.screenshot({ path: join(folder, `${look}-read.png`) });
      expect(await list.getByText('What is written here?').count()).toBe(1);
    });
  }
});
