import { expect, it } from 'vitest';
import { sharedServer } from '../shared-server.ts';
import { expectAccessible } from './accessible.ts';
import { expectToFit } from './fits.ts';
import { inBrowser } from './in-browser.ts';

const phone = { viewport: { width: 360, height: 740 }, isPhone: true };

inBrowser('an announcement', (open) => {
  const server = sharedServer();

  it('is written by an administrator, comes into open pages by itself, and is closed by each for themselves', async () => {
    const person = await server().person();
    const reading = await (await open({ url: server().url, as: person, ...phone })).visit('/');
    const said = reading.getByRole('complementary', { name: 'Announcement' });
    await reading.getByRole('button', { name: 'Open menu' }).waitFor();
    const page = await (await open({ url: server().url, as: server().admin })).visit('/admin/settings/announcement');
    await page.getByText('Nothing is announced.').waitFor();
    await page.getByLabel('Text').fill('Restart at noon.\nSee https://status.example/now.');
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('warning');
    await page.getByRole('button', { name: 'Announce', exact: true }).click();
    await page.getByText('This is announced now.').waitFor();

    await said.waitFor();
    const status = said.getByRole('status');
    expect(await status.innerText()).toBe('Warning:\nRestart at noon.\nSee https://status.example/now.');
    const link = said.getByRole('link');
    expect(await link.getAttribute('href')).toBe('https://status.example/now');
    expect(await link.getAttribute('rel')).toContain('noopener');
    await expectToFit(reading, 'an announcement on a phone');
    await expectAccessible(reading, 'an announcement on a phone');

    await said.getByRole('button', { name: 'Close announcement' }).click();
    await said.waitFor({ state: 'detached' });
    await reading.reload();
    await reading.getByRole('button', { name: 'Open menu' }).waitFor();
    expect(await said.count()).toBe(0);
    await page.getByRole('complementary', { name: 'Announcement' }).waitFor();

    await page.getByLabel('Text').fill('It is over.');
    await page.getByRole('button', { name: 'Announce', exact: true }).click();
    await said.getByText('It is over.').waitFor();
    await page.getByRole('button', { name: 'Take away' }).click();
    await page.getByText('Nothing is announced.').waitFor();
    await said.waitFor({ state: 'detached' });
  });

  it('is on the sign-in page only where it is meant to be, and cannot be closed there', async () => {
    const page = await (await open({ url: server().url, as: server().admin })).visit('/admin/settings/announcement');
    await page.getByLabel('Text').fill('Sign in with your new name.');
    await page.getByLabel('Show it on the sign-in page too').check();
    await page.getByRole('button', { name: 'Announce', exact: true }).click();
    const nobody = await (await open({ url: server().url })).visit('/sign-in');
    await nobody
      .getByRole('complementary', { name: 'Announcement' })
      .getByText('Sign in with your new name.')
      .waitFor();
    expect(await nobody.getByRole('button', { name: 'Close announcement' }).count()).toBe(0);
    await expectAccessible(nobody, 'an announcement on the sign-in page');
    await page.getByLabel('Show it on the sign-in page too').uncheck();
    await page.getByRole('button', { name: 'Announce', exact: true }).click();
    await nobody.reload();
    await nobody.getByLabel('Username').waitFor();
    expect(await nobody.getByRole('complementary', { name: 'Announcement' }).count()).toBe(0);
  });
});
