import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { Client } from '../client.ts';
import { newCorpus } from '../documents.ts';
import { signIn } from '../given.ts';
import { newGroup } from '../groups.ts';
import { newKey } from '../keys.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { confirm } from './confirm.ts';
import { inBrowser } from './in-browser.ts';

const isSignedIn = async (client: Client) => (await client.get('/api/auth/me')).status === 200;

inBrowser('accounts', (open) => {
  const server = sharedServer();
  const password = 'four ducks in the garden';

  it('a person changes their password, stays signed in here, and is signed out elsewhere', async () => {
    const username = `user-${randomUUID().slice(0, 8)}`;
    await server().admin.client.post('/api/admin/users', { username, password, display_name: 'Ada' });
    const [person, elsewhere] = [
      await signIn(server().url, username, password),
      await signIn(server().url, username, password),
    ];
    const profile = await open({ url: server().url, as: person });
    const page = await profile.visit('/');
    await page.getByRole('button', { name: 'Ada' }).click();
    await page.getByRole('menuitem', { name: 'My account' }).click();
    await page.getByRole('button', { name: 'Change password' }).click();
    const dialog = page.getByRole('dialog');
    const fill = async (current: string, next: string, again = next) => {
      await dialog.getByLabel('Current password').fill(current);
      await dialog.getByLabel('New password', { exact: true }).fill(next);
      await dialog.getByLabel('New password again').fill(again);
      await dialog.getByRole('button', { name: 'Change password' }).click();
    };
    await fill(password, 'seven geese on the pond', 'seven geese on the lake');
    await dialog.getByText('The two new passwords are not the same.').waitFor();
    await fill('not my password', 'seven geese on the pond');
    await dialog.getByText('That is not your password.').first().waitFor();
    await fill(password, 'Passw0rd2026!!');
    await dialog.getByText('too easy to guess: it is common').waitFor();
    expect(await isSignedIn(elsewhere.client)).toBe(true);
    const { key } = await newKey(person);
    await page.reload();
    await page.getByRole('button', { name: 'Change password' }).click();
    await dialog.getByLabel('Revoke my API keys too').check();
    await fill(password, 'seven geese on the pond');
    await page.getByText('You have no keys.').waitFor();
    expect((await new Client(server().url, key).get('/api/auth/me')).status).toBe(401);
    await page.getByText('Changed. You are signed out everywhere else.').waitFor();
    expect(await isSignedIn(elsewhere.client)).toBe(false);
    await page.reload();
    await page.getByText('this one').waitFor();
    await signIn(server().url, username, 'seven geese on the pond');
    profile.forgive(/^console: .*(403|400)/s);
  });

  it('a person erases their account with their password, and is told so where they sign in', async () => {
    const username = `gone-${randomUUID().slice(0, 8)}`;
    await server().admin.client.post('/api/admin/users', { username, password });
    const profile = await open({ url: server().url, as: await signIn(server().url, username, password) });
    const page = await profile.visit('/account');
    await page.getByRole('button', { name: 'Erase my account' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('There are no sessions to erase.').waitFor();
    await dialog.getByLabel('Your password').fill('not my password');
    await dialog.getByRole('button', { name: 'Erase my account' }).click();
    await dialog.getByText('That is not your password.').waitFor();
    await dialog.getByLabel('Your password').fill(password);
    await dialog.getByRole('button', { name: 'Erase my account' }).click();
    await page.getByText('Your account is gone.').waitFor();
    profile.forgive(/^console: .*(403|401)/s);
    const administrator = await open({ url: server().url, as: server().admin });
    const audit = await administrator.visit('/admin/audit');
    await audit.getByText('erased their own account').first().waitFor();
  });

  it('a person sees where they are signed in, and signs out there', async () => {
    const person = await server().person();
    const curl = await server().signInAgain(person, 'curl/8.5.0');
    const others = await server().signInAgain(person, 'python-requests/2.32.3');
    const profile = await open({ url: server().url, as: person });
    const page = await profile.visit('/account');
    await page.getByRole('button', { name: 'Sign out curl' }).click();
    await confirm(page, 'Sign out');
    await page.getByRole('button', { name: 'Sign out curl' }).waitFor({ state: 'detached' });
    expect([await isSignedIn(curl), await isSignedIn(others)]).toEqual([false, true]);
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await confirm(page, 'Sign out');
    await page.getByRole('button', { name: 'Sign out everywhere else' }).waitFor({ state: 'detached' });
    expect([await isSignedIn(others), await isSignedIn(person.client)]).toEqual([false, true]);
  });

  it('a person makes an API key, sees it once, and revokes it', async () => {
    const person = await server().person();
    const profile = await open({ url: server().url, as: person });
    const page = await profile.visit('/account');
    await page.getByText('You have no keys.').waitFor();
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Nightly report');
    await dialog.getByRole('button', { name: 'Create key' }).click();
    await dialog.getByText('Choose at least one scope').waitFor();
    expect(await dialog.getByText('admin:read').count(), 'nothing a member has no use for').toBe(0);
    await dialog.getByLabel('Read sessions and follow them live').check();
    await dialog.getByRole('button', { name: 'Create key' }).click();
    const shown = page.getByRole('alertdialog');
    const key = await shown.getByLabel('The key').inputValue();
    expect(key).toMatch(/^pdk_[\w-]{43}$/);
    await page.keyboard.press('Escape');
    await shown.getByRole('button', { name: 'Copy key' }).click();
    await shown.getByRole('button', { name: 'Copied' }).waitFor();
    await shown.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByRole('cell', { name: `${key.slice(0, 8)}…` }).waitFor();
    expect(await page.content()).not.toContain(key);
    const client = new Client(server().url, key);
    expect((await client.get('/api/sessions')).status).toBe(200);
    await page.getByRole('button', { name: 'Revoke Nightly report' }).click();
    await confirm(page, 'Revoke key');
    await page.getByText('You have no keys.').waitFor();
    expect((await client.get('/api/sessions')).status).toBe(401);
  });

  it('an administrator sees all of a person’s account, and why they may use what they may, and ends logins and keys', async () => {
    const person = await server().person();
    const curl = await server().signInAgain(person, 'curl/8.5.0');
    const { key } = await newKey(person, ['sessions:read'], { name: 'Old script' });
    const corpus = await newCorpus(server().admin, 'Salaries');
    const finance = await newGroup(server().admin, [person], 'Finance');
    const grant = `/api/admin/groups/${finance.id}/grants/corpus/${corpus.id}`;
    expect((await server().admin.client.put(grant, { level: 'read' })).status).toBe(204);
    const profile = await open({ url: server().url, as: server().admin });
    const page = await profile.visit('/admin/users');
    await page.getByRole('link', { name: person.username }).click();
    await page
      .getByRole('row', {
        name: /Salaries.*through group Everyone, through group Finance|Salaries.*through group Finance/,
      })
      .waitFor();
    await page.getByRole('button', { name: 'Revoke Old script' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('No keys.').waitFor();
    expect(await isSignedIn(new Client(server().url, key))).toBe(false);
    await page.getByRole('button', { name: 'Sign out curl' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click();
    await waitFor('the login over', async () => !(await isSignedIn(curl)));
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Not signed in anywhere.').waitFor();
    expect(await isSignedIn(person.client)).toBe(false);
    await page.getByRole('link', { name: 'Finance' }).first().click();
    await page.getByRole('cell', { name: person.username, exact: true }).first().waitFor();
  });

  it('the page of a person says to others whom it is for', async () => {
    const person = await server().person();
    const profile = await open({ url: server().url, as: person });
    const page = await profile.visit(`/admin/users/${person.user.id}`);
    await page.getByText('This page is for administrators.').waitFor();
    expect(profile.count('GET', /^\/api\/admin\//)).toBe(0);
  });
});
