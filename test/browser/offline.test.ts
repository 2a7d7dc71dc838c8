import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';
import { englishOn, translated } from './in-language.ts';
import type { Profile } from './profile.ts';
import { SessionWindow } from './session-window.ts';

inBrowser('without a connection', (open) => {
  const server = sharedServer({ withModel: true });

  it('what was loaded is read again, says of when it is, takes a message, and is live once there is a connection', async () => {
    server().model.always({ text: 'Under the stone.' });
    const { admin, url } = server();
    const { session_id: id } = await openSession(admin);
    await ask(admin, id, 'Where is the key?');
    const profile = await open({ url, as: admin, keepsForOffline: true });
    const page = await lookedAfter(profile, `/sessions/${id}`);
    await page.reload();
    await page.getByText('Under the stone.').waitFor();
    await untilKept(page, ['/api/auth/me', '/api/sessions', `/api/sessions/${id}/snapshot`]);

    await profile.context.setOffline(true);
    await page.reload();
    await page.getByText('Under the stone.').waitFor();
    await page
      .getByRole('banner')
      .getByText(/^Offline: as of /)
      .waitFor();
    await page.getByRole('navigation').or(page.getByRole('complementary')).first().waitFor();
    await page.getByRole('link', { name: 'Where is the key?' }).waitFor();
    const window = new SessionWindow(page);
    server().model.always({ text: 'Thank you.' });
    await window.ask('I have it');
    await page.getByText('Not sent yet: no connection').filter({ visible: true }).first().waitFor();

    await profile.context.setOffline(false);
    await page.getByText('Thank you.', { exact: true }).waitFor();
    await page.getByText(/^Offline/).waitFor({ state: 'detached' });
    profile.forgive(/ERR_INTERNET_DISCONNECTED|Failed to fetch|ApiError/);
  });

  it('speaks its language on the pages that were loaded, whichever of its words they say', async () => {
    server().model.always({ text: 'Unter dem Stein.' });
    const { admin, url } = server();
    const { session_id: id } = await openSession(admin);
    await ask(admin, id, 'Wo ist der Schlüssel?');
    const profile = await open({ url, as: admin, keepsForOffline: true, locale: 'de-DE' });
    const page = await lookedAfter(profile, `/sessions/${id}`);
    await page.reload();
    await page.getByText('Unter dem Stein.').waitFor();
    await untilKept(page, ['/api/auth/me', '/api/sessions', `/api/sessions/${id}/snapshot`]);
    await profile.context.setOffline(true);
    await page.reload();
    await page.getByText('Unter dem Stein.').waitFor();
    await page.getByRole('textbox', { name: translated('de', 'Message') }).waitFor();
    expect(await englishOn(page, 'de')).toEqual([]);
    profile.forgive(/ERR_INTERNET_DISCONNECTED|Failed to fetch|ApiError/);
  });

  it('what was never loaded says that there is no connection', async () => {
    const { admin, url } = server();
    const { session_id: id } = await openSession(admin);
    const profile = await open({ url, as: admin, keepsForOffline: true });
    const page = await lookedAfter(profile, '/');
    await waitFor('the page itself kept', () =>
      page.evaluate<boolean>("caches.match('/').then((kept) => kept !== undefined)"),
    );
    await profile.context.setOffline(true);
    await page.goto(`/sessions/${id}`);
    await page.getByRole('alert').getByText('The server did not answer').first().waitFor();
    profile.forgive(/ERR_INTERNET_DISCONNECTED|Failed to fetch|ApiError/);
  });

  it('who signs in is known without a connection from then on', async () => {
    const { url, admin } = server();
    const password = 'four ducks in the garden';
    await admin.client.post('/api/admin/users', { username: 'newcomer', password, display_name: 'Ada' });
    const profile = await open({ url, keepsForOffline: true });
    const page = await lookedAfter(profile, '/sign-in');
    await page.getByLabel('Username').fill('newcomer');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
    await untilKept(page, ['/api/auth/me', '/api/sessions']);
    await profile.context.setOffline(true);
    await page.reload();
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
    profile.forgive(/401|ERR_INTERNET_DISCONNECTED|Failed to fetch|ApiError/);
  });

  it('keeps nothing of an administrator’s pages, of a temporary session, of what was deleted, and nothing for the next person', async () => {
    server().model.always({ text: 'A secret of the day.' });
    const { admin, url } = server();
    const { session_id: kept } = await openSession(admin);
    const { session_id: temporary } = await openSession(admin, { temporary: true });
    const { session_id: deleted } = await openSession(admin);
    for (const id of [kept, temporary, deleted]) await ask(admin, id, 'What is the secret?');
    const profile = await open({ url, as: admin, keepsForOffline: true });
    const page = await lookedAfter(profile, '/');
    for (const id of [kept, temporary, deleted]) {
      await page.goto(`/sessions/${id}`);
      await page.getByText('A secret of the day.').waitFor();
    }
    await page.goto('/admin/sessions');
    await page.getByText('Live', { exact: true }).waitFor();
    const snapshots = [kept, deleted].map((id) => `/api/sessions/${id}/snapshot`);
    const paths = await untilKept(page, snapshots);
    expect(paths.filter((path) => path.includes(temporary))).toEqual([]);
    expect(paths.filter((path) => path.includes('/admin/'))).toEqual([]);

    await admin.client.delete(`/api/sessions/${deleted}`);
    await page.goto(`/sessions/${deleted}`);
    await page.getByText('does not exist').waitFor();
    await waitFor('it is forgotten', async () => (await keptPaths(page)).every((path) => !path.includes(deleted)));

    await page.getByRole('navigation').getByRole('button', { name: 'admin' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('Username').waitFor();
    await waitFor('all is forgotten', async () => (await keptPaths(page)).length === 0);
    profile.forgive(/404|401/);
  });

  it('can be installed', async () => {
    const profile = await open({ url: server().url, as: server().admin, keepsForOffline: true });
    const page = await lookedAfter(profile, '/');
    const devtools = await profile.context.newCDPSession(page);
    const { errors } = await devtools.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    // A profile of tests is always a private window.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  });
});

/** A window whose requests go through the service worker, which has the app itself. */
async function lookedAfter(profile: Profile, path: string): Promise<Page> {
  const page = await profile.visit(path);
  await waitFor('the service worker', () => page.evaluate<boolean>('navigator.serviceWorker.controller !== null'));
  await waitFor('the app', () =>
    page.evaluate<boolean>(`caches.match('/', { cacheName: 'perdure-app' }).then((page) => page !== undefined)`),
  );
  return page;
}

/** An answer is kept a moment after the page has it. */
const untilKept = (page: Page, wanted: readonly string[]) =>
  waitFor('what was loaded is kept', async () => {
    const paths = await keptPaths(page);
    return wanted.every((path) => paths.includes(path)) && paths;
  });

const keptPaths = (page: Page) =>
  page.evaluate<string[]>(`caches.open('perdure-data').then((cache) => cache.keys())
    .then((keys) => keys.map(({ url }) => new URL(url).pathname))`);
