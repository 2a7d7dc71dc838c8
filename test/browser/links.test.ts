import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { newReset } from '../../src/contract/links.ts';
import { answered } from '../client.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { confirm } from './confirm.ts';
import { inBrowser } from './in-browser.ts';

const password = 'correct horse battery staple';

/** The page behind a link. The server of a test listens on a port that its public address does not know. */
const pageOf = (link: string) => {
  const { pathname, hash } = new URL(link);
  return `${pathname}${hash}`;
};

inBrowser('one-time links', (open) => {
  const server = sharedServer();

  it('an administrator invites somebody, who chooses a name and a password and is in', async () => {
    await newGroup(server().admin, [], 'Finance');
    const admins = await open({ url: server().url, as: server().admin });
    const page = await admins.visit('/admin/users');
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Role').selectOption('curator');
    await dialog.getByLabel('Finance').check();
    await picture(page, 'invite');
    await dialog.getByRole('button', { name: 'Make link' }).click();
    const link = (await dialog.locator('code').textContent()) ?? '';
    expect(link).toMatch(/\/welcome#[\w-]{43}$/);
    await picture(page, 'invitation-link');
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Copy link' }).waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByText('their choice').waitFor();

    const theirs = await open({ url: server().url });
    const welcome = await theirs.visit(pageOf(link));
    await welcome.getByLabel('Username').fill('admin');
    await welcome.getByLabel('Name', { exact: true }).fill('New Person');
    await welcome.getByLabel('New password').fill(password);
    await picture(welcome, 'welcome');
    await welcome.getByRole('button', { name: 'Begin' }).click();
    await welcome.getByText('That name is already in use.').first().waitFor();
    await welcome.getByLabel('Username').fill('newcomer');
    await welcome.getByRole('button', { name: 'Begin' }).click();
    await welcome.waitForURL((url) => url.pathname === '/');
    expect(new URL(welcome.url()).hash, 'the secret is gone from the address').toBe('');
    expect(theirs.requests.filter(({ path, search }) => `${path}${search}`.includes(link.split('#')[1] ?? ''))).toEqual(
      [],
    );

    const again = await theirs.visit(pageOf(link));
    await again.getByText('It was used, is older than 30 minutes, or is not whole.').first().waitFor();
    await picture(again, 'link-used');

    await page.reload();
    await page.getByRole('cell', { name: 'newcomer', exact: true }).waitFor();
    expect(await page.getByText('their choice').count()).toBe(0);
  });

  it('an invitation is given another link, and withdrawn', async () => {
    await server().admin.client.post('/api/admin/invitations', { username: 'slow', role: 'member' });
    const profile = await open({ url: server().url, as: server().admin });
    const page = await profile.visit('/admin/users');
    const menu = page.getByRole('button', { name: 'Actions for the invitation of slow' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Make another link' }).click();
    await page.getByRole('button', { name: 'Make link' }).click();
    await page.getByRole('dialog').locator('code').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await picture(page, 'invitations');
    await menu.click();
    await page.getByRole('menuitem', { name: 'Withdraw' }).click();
    await confirm(page, 'Withdraw');
    await menu.waitFor({ state: 'detached' });
  });

  it('a person whose password is forgotten sets a new one by a link', async () => {
    const person = await server().person();
    const admins = await open({ url: server().url, as: server().admin });
    const page = await admins.visit('/admin/users');
    await page.getByRole('button', { name: `Actions for ${person.username}`, exact: true }).click();
    await page.getByRole('menuitem', { name: 'Link for a new password' }).click();
    await page.getByRole('button', { name: 'Make link' }).click();
    const link = (await page.getByRole('dialog').locator('code').textContent()) ?? '';
    expect(link).toMatch(/\/reset#[\w-]{43}$/);

    const theirs = await open({ url: server().url, viewport: { width: 360, height: 740 }, isPhone: true });
    const reset = await theirs.visit(pageOf(link));
    expect(await reset.getByLabel('Username').inputValue()).toBe(person.username);
    await reset.getByLabel('New password').fill(password);
    await picture(reset, 'reset-phone');
    await reset.getByRole('button', { name: 'Set password' }).click();
    await reset.getByRole('button', { name: 'Sign in' }).waitFor();
    await waitFor('the old login is over', async () => (await person.client.get('/api/auth/me')).status === 401);
    await reset.getByLabel('Username').fill(person.username);
    await reset.getByLabel('Password').fill(password);
    await reset.getByRole('button', { name: 'Sign in' }).click();
    await reset.waitForURL((url) => url.pathname === '/');
  });

  it('a link for the one does not open the other’s page, and a page without a link says what to do', async () => {
    const { user } = await server().person();
    const { link } = answered(await server().admin.client.post(`/api/admin/users/${user.id}/reset`), 201, newReset);
    const profile = await open({ url: server().url, colorScheme: 'dark' });
    for (const path of [`/welcome${new URL(link).hash}`, '/welcome', '/reset']) {
      const page = await profile.visit(path);
      await page.getByText('Ask an administrator for a new one.').first().waitFor();
      await page.getByRole('link', { name: 'To the sign-in' }).waitFor();
      await picture(page, `dark${path.slice(0, 8).replace('/', '-')}`);
    }
  });
});

/** With this set, pictures of the pages are kept in that folder. */
const pictures = process.env.KEEP_SCREENSHOTS;

async function picture(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
}
