import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestMailServer } from '../../src/mail/testing/mail-server.ts';
import { GivenServer } from '../given.ts';
import { linkIn, mailsTo } from '../mail.ts';
import { slowStartMs } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';

const password = 'correct horse battery staple';
const phone = { viewport: { width: 360, height: 740 }, isPhone: true };

/** The page behind a link. The server of a test listens on a port that its public address does not know. */
const pageOf = (link: string) => {
  const { pathname, hash } = new URL(link);
  return `${pathname}${hash}`;
};

/** What whoever forgot their password is told. */
const onItsWay = (page: Page) => page.getByRole('status').filter({ hasText: 'is on its way' });

inBrowser('mail', (open) => {
  let mail: TestMailServer;
  let server: GivenServer;

  beforeAll(async () => {
    mail = await TestMailServer.start({
      onRcptTo: ({ address }, _session, done) => done(address.startsWith('gone') ? new Error('No such person') : null),
    });
    server = await GivenServer.start({ env: mail.env });
  }, slowStartMs);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await mail.close();
  });

  it('an invitation is mailed, and the administrator is told so and has the link too', async () => {
    const admins = await open({ url: server.url, as: server.admin });
    const page = await admins.visit('/admin/users');
    await page.getByRole('button', { name: 'Invite' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Mail address').fill('ann@team.example');
    await picture(page, 'invite-by-mail');
    await dialog.getByRole('button', { name: 'Make link' }).click();
    await dialog.getByText('We sent it to ann@team.example.').waitFor();
    await picture(page, 'invitation-mailed');
    const shown = (await dialog.locator('code').textContent()) ?? '';
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByText('ann@team.example').waitFor();
    const [got] = await mailsTo(mail, 'ann@team.example');
    const link = got ? linkIn(got) : '';
    expect(link).toBe(shown);

    const theirs = await open({ url: server.url, ...phone });
    const welcome = await theirs.visit(pageOf(link));
    await welcome.getByLabel('Username').fill('ann');
    await welcome.getByLabel('New password').fill(password);
    await welcome.getByRole('button', { name: 'Begin' }).click();
    await welcome.waitForURL((url) => url.pathname === '/');
    await welcome.goto('/account');
    await welcome.getByText('ann@team.example').waitFor();
    await picture(welcome, 'account-with-address-phone');
  });

  it('one that the mail server refuses is shown with the reason, and with what to do', async () => {
    const profile = await open({ url: server.url, as: server.admin, ...phone });
    const page = await profile.visit('/admin/users');
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('dialog').getByLabel('Mail address').fill('gone@team.example');
    await page.getByRole('button', { name: 'Make link' }).click();
    await page.getByText('It was not mailed to gone@team.example: the mail server does not know').waitFor();
    await picture(page, 'invitation-not-mailed-phone');
    expect(await page.getByRole('dialog').locator('code').textContent()).toContain('/welcome#');
  });

  it('an administrator changes an address, and mails a link for a new password there', async () => {
    const person = await server.person();
    const profile = await open({ url: server.url, as: server.admin, colorScheme: 'dark' });
    const page = await profile.visit('/admin/users');
    const menu = page.getByRole('button', { name: `Actions for ${person.username}`, exact: true });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Change mail address' }).click();
    await page.getByRole('textbox', { name: 'Mail address' }).fill('ann@team.example');
    await page.getByRole('button', { name: 'Change address' }).click();
    await page.getByText('Another person has that address.').first().waitFor();
    await picture(page, 'address-taken-dark');
    profile.forgive(/409/);
    await page.getByRole('textbox', { name: 'Mail address' }).fill('bob@team.example');
    await page.getByRole('button', { name: 'Change address' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await menu.click();
    await page.getByRole('menuitem', { name: 'Link for a new password' }).click();
    await page.getByText('They are mailed a link').waitFor();
    await page.getByRole('button', { name: 'Make link' }).click();
    await page.getByText('We sent it to bob@team.example.').waitFor();
    await picture(page, 'reset-mailed-dark');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('link', { name: person.username }).click();
    await page.getByText('bob@team.example').waitFor();
    await picture(page, 'user-page-dark');
  });

  it('whoever forgot their password asks for a link, opens it and signs in with a new one', async () => {
    const person = await server.person();
    await server.admin.client.patch(`/api/admin/users/${person.user.id}`, { email: 'cy@team.example' });
    const profile = await open({ url: server.url });
    const page = await profile.visit('/sign-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).waitFor();
    await picture(page, 'sign-in-with-mail');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('Username or mail address').fill('CY@team.example');
    await picture(page, 'forgot');
    await page.keyboard.press('Enter');
    await page.getByText('a link is on its way there.').waitFor();
    await picture(page, 'forgot-sent');
    const said = await onItsWay(page).innerText();
    const [got] = await mailsTo(mail, 'cy@team.example');
    await page.goto(pageOf(got ? linkIn(got) : ''));
    expect(await page.getByLabel('Username').inputValue()).toBe(person.username);
    await page.getByLabel('New password').fill(password);
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await waitFor('the old login is over', async () => (await person.client.get('/api/auth/me')).status === 401);
    await page.getByLabel('Username').fill(person.username);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL((url) => url.pathname === '/');

    for (const look of [{ ...phone }, { colorScheme: 'dark' as const }]) {
      const stranger = await open({ url: server.url, ...look });
      const other = await stranger.visit('/forgot-password');
      await other.getByLabel('Username or mail address').fill('nobody at all');
      await other.getByRole('button', { name: 'Send link' }).click();
      await onItsWay(other).waitFor();
      expect(await onItsWay(other).innerText(), 'nobody learns who has an account').toBe(said);
      await picture(other, `forgot-sent-${'isPhone' in look ? 'phone' : 'dark'}`);
    }
  });
});

/** With this set, pictures of the pages are kept in that folder. */
const pictures = process.env.KEEP_SCREENSHOTS;

async function picture(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
}
