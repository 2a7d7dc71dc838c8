import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GivenServer } from '../given.ts';
import { TestProvider } from '../oidc.ts';
import { withPassword } from '../second-factor.ts';
import { slowStartMs } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';

const password = 'correct horse battery staple';
const phone = { viewport: { width: 360, height: 740 }, isPhone: true };

inBrowser('single sign-on', (open) => {
  let provider: TestProvider;
  let server: GivenServer;

  beforeAll(async () => {
    const port = await freePort();
    provider = await TestProvider.start({ redirectUris: [`http://127.0.0.1:${port}/api/auth/oidc/callback`] });
    server = await GivenServer.start({ env: { ...provider.env, PERDURE_PORT: String(port) } });
  }, slowStartMs);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await provider.close();
  });

  /** The one other origin that a browser may be sent to here. */
  const atProvider = () => new RegExp(`^asked another origin: ${provider.issuer.replaceAll('.', '\\.')}/`);

  it('links an account, and signs in with a button from then on', async () => {
    const person = await withPassword(server.admin, 'sso-person', password);
    provider.enter();
    const profile = await open({ url: server.url, as: person });
    const account = await profile.visit('/account');
    await account.getByRole('button', { name: 'Link with Example ID' }).click();
    await account.getByRole('dialog').getByLabel('Password').fill('not the password');
    await account.getByRole('button', { name: 'Go on' }).click();
    await account.getByText('That is not your password.').first().waitFor();
    await picture(account, 'oidc-link');
    await account.getByRole('dialog').getByLabel('Password').fill(password);
    await account.getByRole('button', { name: 'Go on' }).click();
    await account.getByText('Linked since').waitFor();
    await picture(account, 'oidc-linked');

    const other = await open({ url: server.url });
    const page = await other.visit('/sign-in?next=%2Fknowledge');
    const button = page.getByRole('link', { name: 'Sign in with Example ID' });
    await button.waitFor();
    await picture(page, 'oidc-sign-in');
    await button.click();
    await page.waitForURL((url) => url.pathname === '/knowledge');
    await page.getByRole('button', { name: 'sso-person' }).waitFor();
    const administrator = await open({ url: server.url, as: server.admin });
    const user = await administrator.visit(`/admin/users/${person.user.id}`);
    await user.getByText('Linked since').waitFor();
    await picture(user, 'oidc-user');
    await account.getByRole('button', { name: 'Unlink' }).click();
    await picture(account, 'oidc-unlink');
    await account.getByRole('dialog').getByLabel('Password').fill(password);
    await account.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
    await account.getByRole('button', { name: 'Link with Example ID' }).waitFor();
    await user.reload();
    await user.getByText('Not linked.').waitFor();
    await account.getByRole('button', { name: 'Link with Example ID' }).click();
    await account.getByRole('dialog').getByLabel('Password').fill(password);
    await account.getByRole('button', { name: 'Go on' }).click();
    await account.getByText('Linked since').waitFor();
    await account.close();
    await user.reload();
    await user.getByRole('button', { name: 'Unlink' }).click();
    await picture(user, 'oidc-user-unlink');
    await user.getByRole('alertdialog').getByRole('button', { name: 'Unlink' }).click();
    await user.getByText('Not linked.').waitFor();
    await user.getByText('Not signed in anywhere.').waitFor();
    for (const each of [profile, other]) each.forgive(atProvider());
  });

  it('says in our own words what went wrong, and nobody’s words from a link', async () => {
    provider.current = undefined;
    const profile = await open({ url: server.url, colorScheme: 'dark', ...phone });
    const page = await profile.visit('/sign-in');
    await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
    await page.getByText('The single sign-on did not let you in, or you cancelled.').waitFor();
    await picture(page, 'oidc-refused-phone-dark');
    provider.enter({ preferred_username: 'sso-person' });
    await page.getByRole('link', { name: 'Sign in with Example ID' }).click();
    await page.getByText('There is no active account here for you.').waitFor();
    await page.getByLabel('Username').fill('sso-person');
    const planted = await profile.visit('/sign-in?problem=Call%20this%20number');
    await planted.getByRole('link', { name: 'Sign in with Example ID' }).waitFor();
    expect(await planted.getByRole('alert').count()).toBe(0);
    profile.forgive(atProvider());
  });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  probe.close();
  await once(probe, 'close');
  return address.port;
}

/** With this set, pictures of the pages are kept in that folder. */
const pictures = process.env.KEEP_SCREENSHOTS;

async function picture(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
}
