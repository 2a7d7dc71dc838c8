import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { openSession, type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { send } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { givenServer } from './given-server.ts';
import { inBrowser } from './in-browser.ts';
import type { ProfileOptions } from './profile.ts';
import { SessionWindow } from './session-window.ts';

const phone = { viewport: { width: 360, height: 740 }, isPhone: true, colorScheme: 'dark' as const };
const stopRoute = '**/stop';
const turnsRoute = '**/api/sessions/*/turns';
const noConnection = 'Not sent yet: no connection. It will be sent when the connection is back.';

/** What a person is told while something is on its way: the words, where they stand, that they go, and that they are read aloud once. */
inBrowser('a state', (open) => {
  const server = sharedServer({ withModel: true });
  let pictures: string | undefined;
  const picture = async (page: Page, name: string) => {
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) });
  };

  beforeAll(async () => {
    if (process.env.KEEP_SCREENSHOTS === undefined) return;
    pictures = await mkdtemp(join(tmpdir(), 'perdure-states-'));
    process.stderr.write(`Pictures of the states: ${pictures}\n`);
  });

  it('“Reconnecting…” stands over every page, on a phone too, and under the answer that is cut', async () => {
    server().model.always({ pieceDelayMs: 60, tokens: 150, seed: 21 });
    const { profile, window } = await openWindow(phone);
    await window.ask('A long answer, please');
    await window.untilAnswer('the first words', (text) => text.length > 30);
    await profile.context.setOffline(true);
    const status = window.page.getByRole('banner').getByRole('status');
    await status.getByText('Reconnecting…').waitFor();
    const note = window.page.getByRole('article').getByText('Reconnecting… What is answered meanwhile appears here.');
    await note.waitFor();
    await picture(window.page, 'reconnecting-phone-dark');
    await profile.context.setOffline(false);
    await note.waitFor({ state: 'detached' });
    await waitFor('silence', async () => (await status.innerText()) === '');
  });

  it('a message that cannot be sent says why under it, is read aloud once, and says no more when it is sent', async () => {
    server().model.always({ text: 'Here I am.' });
    const { profile, window } = await openWindow();
    await listen(window.page);
    await profile.context.setOffline(true);
    await window.ask('From the tunnel');
    const words = window.page.getByRole('main').getByText(noConnection).filter({ visible: true });
    await words.first().waitFor();
    await picture(window.page, 'not-sent');
    expect(await below(window, noConnection), 'it stands under the message').toBeLessThan(60);
    await profile.context.setOffline(false);
    await window.answers.first().waitFor();
    expect(await window.page.getByText('Not sent yet').count()).toBe(0);
    expect((await heard(window.page)).filter((each) => each === noConnection)).toHaveLength(1);
  });

  it('a server that has too much to do is told apart, and its wait is kept', async () => {
    server().model.always({ text: 'At last.' });
    const { profile, window } = await openWindow(phone);
    const body = JSON.stringify({
      type: 'about:blank',
      title: 'Not now',
      status: 429,
      code: 'too_many_requests',
      detail: 'Too many messages are waiting.',
      request_id: 'a-request',
    });
    const busy = { status: 429, contentType: 'application/problem+json', headers: { 'retry-after': '3' }, body };
    await profile.context.route(turnsRoute, (route) => route.fulfill(busy), { times: 1 });
    const askedAt = performance.now();
    await window.ask('When you have time');
    const words = 'Not sent yet: the server has too much to do. It will be sent in a moment.';
    await window.page.getByRole('main').getByText(words).first().waitFor();
    await picture(window.page, 'busy-phone-dark');
    await window.answers.first().waitFor();
    expect(performance.now() - askedAt).toBeGreaterThan(3_000);
  });

  it('a message behind another waits for its turn', async () => {
    server().model.next({ text: 'one moment', stallAfter: 1 });
    const { window, sessionId, person } = await openWindow();
    const running = await send(person, sessionId, 'First');
    await window.untilAnswer('the first words', (text) => text !== '');
    server().model.always({ text: 'Your turn.' });
    await window.ask('Second');
    const note = window.page.getByRole('article').last().getByText('Waiting for its turn');
    await note.waitFor();
    await picture(window.page, 'waiting-for-its-turn');
    await person.client.post(`/api/sessions/${sessionId}/turns/${running.turn_id}/stop`);
    await window.untilAnswer('the second answer', (text) => text === 'Your turn.');
    await note.waitFor({ state: 'detached' });
  });

  it('an answer that was begun again says so where its text changed, and only there', async () => {
    const own = await givenServer({ withModel: true });
    own.model.always({ text: 'The first try went quite another way than this one', pieceDelayMs: 150 });
    const person = await own.person();
    const { session_id: sessionId } = await openSession(person);
    const profile = await open({ url: own.url, as: person });
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await window.ask('Which way?');
    await window.untilAnswer('some words', (text) => text.length > 12);
    own.model.always({ text: 'Another way, and this is all of it.', pieceDelayMs: 40 });
    await own.killAndStartAgain();
    const words = 'The answer was begun again after a restart';
    await window.untilAnswer('the second try', (text) => text === 'Another way, and this is all of it.');
    await window.page.getByRole('article').getByText(words).waitFor();
    await picture(window.page, 'begun-again');
    const other = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await other.answers.first().waitFor();
    expect(await other.page.getByText(words).count()).toBe(0);
  });

  it('a stop shows at once; without a connection it is kept, and done when that is back', async () => {
    server().model.always({ pieceDelayMs: 60, tokens: 600, seed: 22 });
    const { profile, window } = await openWindow(phone);
    await window.ask('Go on and on');
    await window.untilAnswer('the first words', (text) => text.length > 30);
    const arrived = Promise.withResolvers<void>();
    const mayGo = Promise.withResolvers<void>();
    await profile.context.route(stopRoute, async (route) => {
      arrived.resolve();
      await mayGo.promise;
      await route.abort('connectionreset');
    });
    await listen(window.page);
    await window.page.getByRole('button', { name: 'Stop answering' }).tap();
    await arrived.promise;
    const article = window.page.getByRole('article');
    await article.getByText('Stopping…').waitFor();
    await picture(window.page, 'stopping-phone-dark');
    mayGo.resolve();
    const words = 'Not stopped yet: no connection. It will be stopped when the connection is back.';
    await article.getByText(words).waitFor();
    await picture(window.page, 'not-stopped-phone-dark');
    await profile.context.unroute(stopRoute);
    await article.getByText('Answer stopped', { exact: true }).waitFor();
    await picture(window.page, 'stopped-phone-dark');
    expect(await window.page.getByText(/topping…|Not stopped yet/).count()).toBe(0);
    const said = await heard(window.page);
    expect(said.filter((each) => each === words)).toHaveLength(1);
    expect(said.filter((each) => each.startsWith('Answer stopped'))).toHaveLength(1);
  });

  it('signing out in one tab takes the others along, and leaves nothing of what was written in this browser', async () => {
    const { profile, window, sessionId } = await openWindow();
    const other = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await other.composer.fill('A secret');
    await profile.context.route(turnsRoute, (route) => route.abort('connectionreset'));
    await other.ask('Another secret');
    await other.composer.fill('A third');
    await window.page.getByRole('button', { name: /member/ }).click();
    await window.page.getByRole('menuitem', { name: 'Sign out' }).click();
    for (const { page } of [window, other]) {
      await page.getByLabel('Username').waitFor();
      expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).not.toMatch(
        /secret|third/,
      );
    }
  });

  async function openWindow(options: Partial<ProfileOptions> = {}) {
    const person: Person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    const profile = await open({ url: server().url, as: person, ...options });
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await window.page.getByText('What would you like to know?').waitFor();
    return { profile, window, sessionId, person };
  }
});

/** Notes what a screen reader is given to read by the page's live regions, from here on. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    globalThis.heard = [];
    const last = new Map();
    const note = () => {
      for (const region of document.querySelectorAll('[aria-live], [role=status]')) {
        const text = region.textContent.trim();
        if (last.get(region) !== text && text !== '') globalThis.heard.push(text);
        last.set(region, text);
      }
    };
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true, characterData: true });
  })()`);
}

async function heard(page: Page): Promise<string[]> {
  return page.evaluate<string[]>('globalThis.heard');
}

/** How far below the newest message these words stand, in pixels. */
async function below({ page, messages }: SessionWindow, words: string): Promise<number> {
  const message = await messages.last().boundingBox();
  const stand = await page.getByRole('main').locator('span').getByText(words).last().boundingBox();
  if (!message || !stand) throw new Error('one of them is not on the page');
  return stand.y - message.y - message.height;
}
