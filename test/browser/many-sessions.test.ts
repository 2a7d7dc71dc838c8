import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { fillSqlite } from '../../bench/support/fill-store.ts';
import { makeSessions } from '../../bench/support/many-sessions.ts';
import { sessionList } from '../../src/contract/sessions.ts';
import { answered } from '../client.ts';
import { type GivenServer, openSession, type Person } from '../given.ts';
import { waitFor } from '../wait-for.ts';
import { expectAccessible } from './accessible.ts';
import { focused } from './focused.ts';
import { givenServer } from './given-server.ts';
import { inBrowser } from './in-browser.ts';

const many = 10_000;
/** What fills the window four times over. */
const mostRows = 100;

inBrowser('a list of very many sessions', (open) => {
  it('is scrolled to its last, with few rows in the page, and keeps the focus and its place', async () => {
    const { server, person } = await personWithSessions(many);
    const titles = await recentTitles(person);
    expect(titles.length).toBeGreaterThan(many * 0.8);
    const profile = await open({ url: server.url, as: person });
    const page = await profile.visit('/');
    const { rows, pane } = listOn(page);
    await rows.first().waitFor();
    expect(await rows.first().getAttribute('aria-posinset')).toBe('1');
    expect(await rows.first().getAttribute('aria-setsize'), 'more are to come').toBe('-1');

    const first = rows.first().getByRole('link');
    await first.focus();
    const most = await scrollToLast(page, titles);
    expect(most).toBeLessThan(mostRows);
    expect(await rows.last().getAttribute('aria-posinset')).toBe(String(titles.length));
    await expectAccessible(page, 'the end of the list', 'aside');

    expect(await focused(page), 'the focus stays where it was').toContain(titles[0]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toContain(titles[1]);
    await waitFor('the list to follow the focus', async () => (await scrollTop(pane)) < 200);
    await expectAccessible(page, 'its beginning', 'aside');
  });

  it('asks for few pages again once the server is back, and stays where it is', async () => {
    const { server, person } = await personWithSessions(many);
    const titles = await recentTitles(person);
    const profile = await open({ url: server.url, as: person });
    const page = await profile.visit('/');
    const { rows, pane } = listOn(page);
    await rows.first().waitFor();
    await scrollToLast(page, titles);
    const at = await scrollTop(pane);
    const answers: number[] = [];
    page.on('response', (response) => {
      if (new URL(response.url()).pathname === '/api/sessions') answers.push(response.status());
    });
    await server.process.kill();
    await server.startAgain();
    const { session_id: newest } = await openSession(person, { title: 'Meanwhile' });
    await waitFor('the list to be asked for again', async () => {
      return (await rows.last().getAttribute('aria-setsize')) === String(titles.length + 1) && answers.length > 20;
    });
    expect(answers.length).toBeLessThan(30);
    expect(await rows.last().innerText()).toContain(titles.at(-1));
    expect(Math.abs((await scrollTop(pane)) - at), 'one line more').toBeLessThan(40);
    await pane.evaluate((element: unknown) => ((element as Scrolled).scrollTop = 0));
    await waitFor('the new one on top', async () =>
      (await rows.first().getByRole('link').getAttribute('href'))?.endsWith(newest),
    );
  });

  it('shows a new session on top at once, and moves nothing that is read further down', async () => {
    const { server, person } = await personWithSessions(1_000);
    const profile = await open({ url: server.url, as: person });
    const page = await profile.visit('/');
    const { rows, pane } = listOn(page);
    await rows.first().waitFor();
    await openSession(person, { title: 'Seen at once' });
    await waitFor('the new one on top', async () => (await rows.first().innerText()).includes('Seen at once'));
    expect(await rows.first().getAttribute('aria-posinset')).toBe('1');

    await pane.evaluate((element: unknown) => ((element as Scrolled).scrollTop = 900));
    const read = await rowInView(page);
    const placeOf = async () => (await read.boundingBox())?.y ?? Number.NaN;
    const before = await placeOf();
    await openSession(person, { title: 'Far above' });
    const posinset = Number(await read.getAttribute('aria-posinset'));
    await waitFor('it to be counted', async () => Number(await read.getAttribute('aria-posinset')) > posinset);
    expect(Math.abs((await placeOf()) - before)).toBeLessThan(1);

    const at = await scrollTop(pane);
    await read.getByRole('link').click();
    await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
    expect(await scrollTop(pane), 'the list stays where it was').toBe(at);
    expect(Math.abs((await placeOf()) - before)).toBeLessThan(1);
  });

  it('keeps a line and its dialog while the list is scrolled away and moves', async () => {
    const { server, person } = await personWithSessions(1_000);
    const profile = await open({ url: server.url, as: person });
    const page = await profile.visit('/');
    const { rows, pane } = listOn(page);
    const second = rows.nth(1);
    await second.waitFor();
    const menu = second.getByRole('button', { name: /^Actions for/ });
    const label = (await menu.getAttribute('aria-label')) ?? '';
    await menu.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rename session' });
    await dialog.getByLabel('Title').fill('Half a na');
    await openSession(person, { title: 'Came meanwhile' });
    await waitFor('the list to be far on', async () => {
      await pane.evaluate((element: unknown) => ((element as Scrolled).scrollTop = 1e9));
      return Number(await rows.last().getAttribute('aria-posinset')) > 150;
    });
    expect(await dialog.getByLabel('Title').inputValue()).toBe('Half a na');
    await page.keyboard.press('Escape');
    await waitFor('the focus to be back', async () => (await focused(page)) === label);
  });

  it('shows the archived ones when they are asked for', async () => {
    const { server, person } = await personWithSessions(1_000);
    const profile = await open({ url: server.url, as: person });
    const page = await profile.visit('/');
    const archived = page.getByRole('complementary').locator('details');
    await archived.getByText(/^Archived/).click();
    const row = archived.getByRole('listitem').first();
    await row.getByRole('link').waitFor();
    expect(await row.getAttribute('aria-posinset')).toBe('1');
  });
});

type Scrolled = { scrollTop: number };
const scrollTop = (pane: Locator) => pane.evaluate((element: unknown) => (element as Scrolled).scrollTop);

const listOn = (page: Page) => ({
  // Not by role: behind a dialog nothing has one.
  rows: page.locator('aside section[aria-label="Recent sessions"] li:not([aria-hidden])'),
  pane: page.locator('aside [data-pane]'),
});

/** Scrolls until the last of these is in the page; gives how many rows were there at most. */
async function scrollToLast(page: Page, titles: string[]): Promise<number> {
  const { rows, pane } = listOn(page);
  let most = 0;
  await waitFor('the last session', async () => {
    await pane.evaluate((element: unknown) => ((element as Scrolled).scrollTop = 1e9));
    most = Math.max(most, await rows.count());
    const last = rows.last();
    return (
      (await last.getAttribute('aria-setsize')) === String(titles.length) &&
      (await last.innerText()).includes(titles.at(-1) ?? '?')
    );
  });
  return most;
}

/** The row that lies in the middle of the list’s pane. */
async function rowInView(page: Page): Promise<Locator> {
  const { rows, pane } = listOn(page);
  const box = await pane.boundingBox();
  if (!box) throw new Error('there is no list');
  const middle = box.y + box.height / 2;
  const found = await waitFor('a row in the middle', async () => {
    for (const row of await rows.all()) {
      const at = await row.boundingBox();
      if (at && at.y <= middle && at.y + at.height > middle) return row.getByRole('link').getAttribute('href');
    }
    return null;
  });
  return rows.filter({ has: page.locator(`a[href="${found}"]`) });
}

/** Somebody whose sessions are put straight into the store of a server that stands. */
async function personWithSessions(sessions: number): Promise<{ server: GivenServer; person: Person }> {
  const server = await givenServer();
  const person = await server.person();
  await server.process.kill();
  const filler = fillSqlite(server.databasePath);
  await filler.sessions(makeSessions({ sessions, userIds: [person.user.id], ofFirst: sessions, firstRev: 1 }));
  await filler.settle();
  await filler.close();
  await server.startAgain();
  return { server, person };
}

/** Titles of a person’s sessions that are not archived, the newest activity first. */
async function recentTitles(person: Person): Promise<string[]> {
  const titles: string[] = [];
  let cursor = '';
  do {
    const page = answered(await person.client.get(`/api/sessions?limit=500${cursor}`), 200, sessionList);
    titles.push(...page.sessions.filter(({ archived, pinned }) => !archived && !pinned).map(({ title }) => title));
    cursor = page.next_cursor ? `&cursor=${encodeURIComponent(page.next_cursor)}` : '';
  } while (cursor !== '');
  return titles;
}
