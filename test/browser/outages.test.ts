import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { corpus } from '../../src/contract/documents.ts';
import { answered } from '../client.ts';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { givenServer } from './given-server.ts';
import { inBrowser } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

/** What the pages say when there truly is nothing. */
const emptyWords =
  /No sessions yet|No corpora yet|No documents yet|No sessions of this kind|There are no documents|No record matches|Nothing is being answered/;

inBrowser('when something fails', (open) => {
  const server = sharedServer({ withModel: true });

  it('no list looks empty because the server cannot be reached', async () => {
    const made = answered(await server().admin.client.post('/api/corpora', { name: 'Out of reach' }), 201, corpus);
    const profile = await open({ url: server().url, as: server().admin });
    await profile.context.route(/\/api\/(sessions|corpora|admin|documents|feed|status)/, (route) => route.abort());
    const paths = [
      '/',
      '/knowledge',
      `/knowledge/${made.id}`,
      '/admin/now',
      '/admin/sessions',
      '/admin/users',
      '/admin/groups',
      '/admin/budgets',
      '/admin/audit',
      '/admin/server',
    ];
    await Promise.all(
      paths.map(async (path) => {
        const page = await profile.visit(path);
        // The home page has its list in the sidebar.
        const list = path === '/' ? page.locator('body') : page.getByRole('main');
        await list
          .getByRole('alert')
          .or(page.getByText(/^Not live/))
          .first()
          .waitFor();
        await page.getByText('Reconnecting…', { exact: true }).waitFor();
        expect(await page.locator('body').innerText(), path).not.toMatch(emptyWords);
      }),
    );
  });

  it('a list that could not be read is asked for again when the person says so', async () => {
    const profile = await open({ url: server().url, as: server().admin });
    await profile.context.route('**/api/corpora', (route) =>
      route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(overloaded) }),
    );
    const page = await profile.visit('/knowledge');
    const alert = page.getByRole('main').getByRole('alert');
    await alert.getByText(overloaded.detail).waitFor();
    await profile.context.unroute('**/api/corpora');
    await alert.getByRole('button', { name: 'Try again' }).click();
    await alert.waitFor({ state: 'detached' });
  });

  it('a page opened while the server is down says so in words, and comes when it is back', async () => {
    const own = await givenServer();
    const person = await own.person();
    await openSession(person);
    const profile = await open({ url: own.url, as: person });
    const page = await profile.visit('/');
    await page.getByRole('link', { name: 'New session' }).first().waitFor();
    await own.process.kill();
    await page.getByRole('link', { name: 'Knowledge' }).click();
    const alert = page.getByRole('main').getByRole('alert').first();
    await alert.waitFor();
    await own.startAgain();
    await alert.getByRole('button', { name: /again|Reload/ }).click();
    await page.getByText('No corpora yet.').waitFor();
    // The browser may remember that the code could not be fetched: then the window is loaded anew.
    profile.forgive(/^console: .*(ApiError: The server did not answer|Failed to fetch dynamically imported module)/s);
  });

  it('a page that is loaded while the network is bad says so, and comes by itself', async () => {
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    const profile = await open({ url: server().url, as: person });
    // The first call and its two repetitions.
    await profile.context.route('**/api/auth/me', (route) => route.abort('connectionreset'), { times: 3 });
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    const alert = window.page.getByRole('alert');
    await alert.getByText('The server did not answer.').waitFor();
    await alert.getByText('This page tries again by itself.').waitFor();
    await window.composer.waitFor();
    profile.forgive(/^console: .*ApiError: The server did not answer/s);
  });

  it('a turn that failed says why in words, and the same message can be sent again', async () => {
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    const profile = await open({ url: server().url, as: person });
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    server().model.always({ status: 401 });
    await window.ask('Will this work?');
    await window.page
      .getByRole('article')
      .getByText('No answer: the language model refused the server’s key. An administrator can set it right.')
      .waitFor();
    server().model.always({ text: 'It does now.' });
    await window.page.getByRole('button', { name: 'Try again' }).click();
    await window.untilAnswer('the answer', (text) => text === 'It does now.');
    expect(await window.messages.count()).toBe(1);
    await window.page.getByRole('group', { name: 'Versions of this answer' }).getByText('2 of 2').waitFor();
  });

  it('a session deleted in one window is gone in the other, which says so', async () => {
    server().model.always({ text: 'Noted.' });
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    await ask(person, sessionId, 'Remember this');
    const profile = await open({ url: server().url, as: person });
    const other = await profile.visit(`/sessions/${sessionId}`);
    await other.getByText('Noted.').waitFor();
    const page = await profile.visit('/');
    await deleteSession(page, 'Remember this');
    await other.getByText('This session does not exist, or it is not yours.').waitFor();
    expect(await new SessionWindow(other).composer.count()).toBe(0);
    for (const each of [page, other]) await each.getByText('No sessions yet. Start one and ask something.').waitFor();
  });
});

const overloaded = {
  type: 'about:blank',
  title: 'Not now',
  status: 503,
  code: 'store_unavailable',
  detail: 'The store cannot be read at the moment.',
  request_id: 'a-request',
};

async function deleteSession(page: Page, title: string): Promise<void> {
  const line = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: /Actions|More/ }) });
  await line.filter({ hasText: title }).hover();
  await line.filter({ hasText: title }).getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete session' }).click();
}
