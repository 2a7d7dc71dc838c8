import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { codeOf, turnOn, withPassword } from '../second-factor.ts';
import { sharedServer } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';

const password = 'correct horse battery staple';
const phone = { viewport: { width: 360, height: 740 }, isPhone: true };

inBrowser('the second factor', (open) => {
  const server = sharedServer();

  it('is turned on with a QR code, asked for at the next sign-in, and turned off', async () => {
    const person = await withPassword(server().admin, 'two-steps', password);
    const profile = await open({ url: server().url, as: person });
    const page = await profile.visit('/');
    await page.getByRole('button', { name: 'two-steps' }).click();
    await page.getByRole('menuitem', { name: 'My account' }).click();
    await page.getByRole('link', { name: 'Turn on' }).click();
    // The page of the account has a part of that name.
    const passwordInput = page.locator('input').and(page.getByLabel('Password'));
    await passwordInput.fill('not the password');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('Nothing was changed.').first().waitFor();
    await passwordInput.fill(password);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    await picture(page, 'second-factor-qr');
    const secret = ((await page.locator('code').textContent()) ?? '').replaceAll(' ', '');
    await page.getByLabel('Code', { exact: true }).fill(codeOf(secret));
    await page.getByRole('button', { name: 'Turn on' }).click();
    const list = page.getByRole('list', { name: 'Recovery codes' });
    await list.waitFor();
    const codes = await list.locator('code').allTextContents();
    expect(codes).toHaveLength(10);
    await picture(page, 'second-factor-codes');
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const saved = await readFile(await (await saving).path(), 'utf8');
    for (const code of codes) expect(saved).toContain(code);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('Recovery codes left: 10').waitFor();
    await picture(page, 'second-factor-on');

    const other = await open({ url: server().url, colorScheme: 'dark', ...phone });
    const signIn = await other.visit('/sign-in?next=%2Fknowledge');
    await enterPassword(signIn, 'two-steps');
    await signIn.getByLabel('Code', { exact: true }).fill('000000');
    await signIn.getByRole('button', { name: 'Sign in' }).click();
    await signIn.getByText('This code does not fit or was used.').waitFor();
    await picture(signIn, 'second-step-phone-dark');
    await signIn.getByLabel('Code', { exact: true }).fill(codes[0] ?? '');
    await signIn.getByRole('button', { name: 'Sign in' }).click();
    await signIn.waitForURL((url) => url.pathname === '/knowledge');

    await page.reload();
    await page.getByText('Recovery codes left: 9').waitFor();
    await page.getByRole('button', { name: 'New recovery codes' }).click();
    await page.getByRole('dialog').getByLabel('Password').fill(password);
    await page
      .getByRole('dialog')
      .getByLabel('Code', { exact: true })
      .fill(codes[1] ?? '');
    await page.getByRole('button', { name: 'Make codes' }).click();
    const renewed = (await list.locator('code').first().textContent()) ?? '';
    expect(codes).not.toContain(renewed);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('dialog').getByLabel('Password').fill(password);
    await page.getByRole('dialog').getByLabel('Code', { exact: true }).fill(renewed);
    await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('link', { name: 'Turn on' }).waitFor();
  });

  it('is required of a role by an administrator, and leads whoever has none to it', async () => {
    await withPassword(server().admin, 'must-have', password, 'curator');
    const admins = await open({ url: server().url, as: server().admin });
    const page = await admins.visit('/admin/settings/sign-in');
    await page.getByLabel('Administrators', { exact: true }).click();
    await page.getByRole('button', { name: 'Require for administrators' }).click();
    await page.getByText('Turn on your own authenticator app first').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByLabel('Curators').click();
    await picture(page, 'second-factor-rule');
    await page.getByRole('button', { name: 'Require for curators' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Curators').isChecked()).toBe(true);

    const theirs = await open({ url: server().url, ...phone });
    const signIn = await theirs.visit('/sign-in');
    await enterPassword(signIn, 'must-have');
    await signIn.getByRole('heading', { name: 'One more step' }).waitFor();
    await signIn.goto('/knowledge');
    await signIn.getByRole('heading', { name: 'One more step' }).waitFor();
    await picture(signIn, 'enrolment-phone');
    await signIn.getByLabel('Password').fill(password);
    await signIn.getByRole('button', { name: 'Go on' }).click();
    const key = signIn.locator('code');
    await key.waitFor();
    await picture(signIn, 'enrolment-qr-phone');
    await signIn
      .getByLabel('Code', { exact: true })
      .fill(codeOf(((await key.textContent()) ?? '').replaceAll(' ', '')));
    await signIn.getByRole('button', { name: 'Turn on' }).click();
    await signIn.getByRole('button', { name: 'I have kept them' }).click();
    await signIn.waitForURL((url) => url.pathname === '/');
    expect((await server().admin.client.put('/api/admin/second-factor', { required_for: [] })).status).toBe(200);
  });

  it('is removed by an administrator from somebody who lost it', async () => {
    await turnOn(await withPassword(server().admin, 'lost-it', password), password);
    const admins = await open({ url: server().url, as: server().admin });
    const page = await admins.visit('/admin/users');
    await page.getByRole('row', { name: 'lost-it' }).getByText('with app').waitFor();
    await page.getByRole('button', { name: 'Actions for lost-it', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Remove authenticator app' }).click();
    await page.getByRole('button', { name: 'Remove app' }).click();
    await page.getByRole('row', { name: 'lost-it' }).getByText('with app').waitFor({ state: 'detached' });
    const theirs = await open({ url: server().url });
    const signIn = await theirs.visit('/sign-in');
    await enterPassword(signIn, 'lost-it');
    await signIn.waitForURL((url) => url.pathname === '/');
  });
});

async function enterPassword(page: Page, username: string): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** With this set, pictures of the pages are kept in that folder. */
const pictures = process.env.KEEP_SCREENSHOTS;

async function picture(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
}
