import { expect, it } from 'vitest';
import { pngOf } from '../pictures.ts';
import { sharedServer } from '../shared-server.ts';
import { expectAccessible } from './accessible.ts';
import { expectToFit } from './fits.ts';
import { inBrowser } from './in-browser.ts';

const phone = { viewport: { width: 360, height: 740 }, isPhone: true };
const accentIn = "getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()";

inBrowser('branding', (open) => {
  const server = sharedServer();

  it('is set by an administrator, comes into open pages by itself, and is in a new page from its first picture on', async () => {
    const person = await server().person();
    const reading = await (await open({ url: server().url, as: person })).visit('/');
    await reading.getByRole('link', { name: 'Perdure', exact: true }).waitFor();
    const window = await open({ url: server().url, as: server().admin, ...phone });
    const page = await window.visit('/admin/settings/branding');
    await page.getByRole('textbox', { name: 'Name' }).fill('Acme & Söhne');
    await page.getByRole('textbox', { name: 'Colour', exact: true }).fill('url(x)');
    await page.getByText('Write the colour as # and six hexadecimal digits.').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isEnabled()).toBe(false);
    await page.getByRole('textbox', { name: 'Colour', exact: true }).fill('#FFCC00');
    await page.getByRole('figure').filter({ hasText: 'Dark: as it is' }).waitFor();
    await page.getByRole('figure').filter({ hasText: 'Light: as #' }).waitFor();
    await expectToFit(page, 'branding on a phone');
    await expectAccessible(page, 'branding on a phone');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();

    await reading.getByRole('link', { name: 'Acme & Söhne', exact: true }).waitFor();
    await reading.waitForFunction(`document.title.endsWith('Acme & Söhne')`);
    await reading.waitForFunction(`${accentIn} !== '#0f6b5e'`);
    const accent = await reading.evaluate<string>(accentIn);
    await expectAccessible(reading, 'a page in another colour');

    const { text: html } = await server().anonymous.get('/sign-in');
    expect(html).toContain('<title>Acme &amp; Söhne</title>');
    expect(html).toContain('<link rel="stylesheet" href="/api/branding/colours/ffcc00" />');
    const signIn = await (await open({ url: server().url })).visit('/sign-in');
    await signIn.getByLabel('Username').waitFor();
    expect(await signIn.evaluate<string>(accentIn)).toBe(accent);
    await signIn.getByText('Acme & Söhne', { exact: true }).waitFor();
    await expectAccessible(signIn, 'the sign-in page in another colour');

    await page.getByRole('textbox', { name: 'Name' }).fill('');
    await page.getByRole('textbox', { name: 'Colour', exact: true }).fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    await reading.getByRole('link', { name: 'Perdure', exact: true }).waitFor();
    await reading.waitForFunction(`${accentIn} === '#0f6b5e'`);
  });

  it('has a logo, which is refused when it is no picture', async () => {
    const person = await server().person();
    const reading = await (await open({ url: server().url, as: person })).visit('/');
    const page = await (await open({ url: server().url, as: server().admin })).visit('/admin/settings/branding');
    await page.getByText('No logo is set.').waitFor();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
    await page.getByLabel('Picture').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: svg });
    await page.getByLabel('What the logo shows').fill('A fox');
    await page.getByRole('button', { name: 'Set logo' }).click();
    await page.getByRole('alert').getByText('SVG is not taken').waitFor();
    await page
      .getByLabel('Picture')
      .setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: pngOf(400, 100) });
    await page.getByRole('button', { name: 'Set logo' }).click();
    await page.getByText('400 × 100 pixels.').waitFor();
    await expectAccessible(page, 'a logo in the settings');
    const logo = reading.getByRole('img', { name: 'A fox' });
    await logo.waitFor();
    expect(await reading.evaluate<number>(`document.querySelector('img[alt="A fox"]').naturalWidth`)).toBe(400);
    const signIn = await (await open({ url: server().url })).visit('/sign-in');
    await signIn.getByRole('img', { name: 'A fox' }).waitFor();
    await page.getByRole('button', { name: 'Take the logo away' }).click();
    await logo.waitFor({ state: 'detached' });
  });

  it('is not saved over what another administrator set meanwhile', async () => {
    const { client } = server().admin;
    const page = await (await open({ url: server().url, as: server().admin })).visit('/admin/settings/branding');
    await page.getByRole('textbox', { name: 'Name' }).fill('Mine');
    const { version } = JSON.parse((await client.get('/api/admin/branding')).text) as { version: string };
    await client.put('/api/admin/branding', { read_version: version, branding: { name: 'Theirs', accent: null } });
    await page.getByText('Somebody else changed this meanwhile.').waitFor();
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Mine');
    expect(await page.getByRole('button', { name: 'Save' }).isEnabled()).toBe(false);
    await page.getByRole('button', { name: 'Show what is set now' }).click();
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Theirs');
  });
});
