import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { type GivenServer, openSession } from '../given.ts';
import { ask, send } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { confirm } from './confirm.ts';
import { givenServer } from './given-server.ts';
import { inBrowser } from './in-browser.ts';

const figure = (page: Page, name: string) =>
  page.locator('dl > div').filter({ hasText: name }).locator('dd').first().innerText();
const turnRow = (page: Page, turnId: string) => page.locator(`tr[data-turn="${turnId}"]`);

async function longAnswer(server: GivenServer) {
  server.model.always({ tokens: 4_000, pieceDelayMs: 50 });
  const person = await server.person();
  const { session_id: sessionId } = await openSession(person);
  const { turn_id: turnId } = await send(person, sessionId, 'A long story, please');
  return { person, sessionId, turnId };
}

inBrowser('the page of what goes on now', (open) => {
  it('shows an answer under way without a reload, with whose it is and since when, and stops it', async () => {
    const server = await givenServer({ withModel: true });
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/now');
    await page.getByText('Nothing is being answered.').waitFor();
    await page.getByText('No turn, document or mail has failed.').waitFor();
    await page.evaluate('globalThis.stayed = true');

    const { person, turnId } = await longAnswer(server);
    const row = turnRow(page, turnId);
    await row.getByRole('cell', { name: person.username, exact: true }).waitFor();
    await row.getByRole('cell', { name: 'Librarian' }).waitFor();
    expect(await figure(page, 'Answers under way')).toBe('1');
    // The age goes on by itself.
    const age = () => row.locator('td').nth(3).innerText();
    const seen = await age();
    await waitFor('another age', async () => (await age()) !== seen);
    await row.getByRole('button', { name: /^Stop/ }).click();
    await confirm(page, 'Stop answer');
    await page.getByText('Nothing is being answered.').waitFor();
    expect(await page.evaluate('globalThis.stayed')).toBe(true);
  });

  it('says why a turn failed, and leads to its session: its facts, its turns, and what the audit log has', async () => {
    const server = await givenServer({ withModel: true });
    const person = await server.person();
    const { session_id: sessionId } = await openSession(person);
    server.model.always({ status: 401 });
    await ask(person, sessionId, 'Will this work?');
    server.model.always({ text: 'It does.' });
    await ask(person, sessionId, 'And now?');

    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/now');
    const errors = page.getByRole('group', { name: 'Errors in the last hour' });
    await errors.getByText('The language model refused the server’s key.').waitFor();
    await waitFor('the number', async () => (await figure(page, 'Errors in the last hour')) === '1');
    await errors.getByRole('link', { name: 'Will this work?' }).click();

    await page.getByRole('heading', { name: 'Turn 2' }).waitFor();
    const turns = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: /^Turn/ }) });
    expect(await turns.count()).toBe(2);
    await turns.filter({ hasText: 'Turn 1' }).getByText('The language model refused the server’s key.').waitFor();
    await turns.filter({ hasText: 'Turn 2' }).getByText('Answered').waitFor();
    await turns.filter({ hasText: 'Turn 2' }).getByText('scripted').waitFor();
    expect(await page.getByRole('main').innerText()).not.toContain('It does.');

    await page.getByRole('button', { name: 'Close session' }).click();
    await confirm(page, 'Close session');
    await page.getByText('Closed', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Open in audit log' }).click();
    await page
      .getByRole('cell', { name: /closed the session/ })
      .first()
      .waitFor();
  });

  it('keeps what it showed when the server is gone, says how old that is, and is live again after', async () => {
    const server = await givenServer({ withModel: true });
    const { turnId } = await longAnswer(server);
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/now');
    await turnRow(page, turnId).waitFor();
    await server.process.kill();
    const notice = page.getByRole('alert').filter({ hasText: 'What you see is old' });
    await notice.getByText('This page tries again by itself.').waitFor();
    expect(await turnRow(page, turnId).count(), 'what was known stays').toBe(1);
    await server.startAgain();
    await page.getByText('Live', { exact: true }).waitFor();
    await notice.waitFor({ state: 'detached' });
  });

  it('a store that cannot be read is said in words, not shown as nothing', async () => {
    const server = await givenServer();
    const profile = await open({ url: server.url, as: server.admin });
    const detail = 'The store cannot be used at the moment.';
    await profile.context.route('**/api/admin/now/events', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        headers: { 'retry-after': '1' },
        body: JSON.stringify({
          type: 'about:blank',
          title: detail,
          status: 503,
          code: 'store_unavailable',
          detail,
          request_id: 'a-request',
        }),
      }),
    );
    const page = await profile.visit('/admin/now');
    const alert = page.getByRole('main').getByRole('alert');
    await alert.getByText(detail).waitFor();
    expect(await page.getByText('Nothing is being answered.').count()).toBe(0);
    await profile.context.unroute('**/api/admin/now/events');
    await page.getByText('Nothing is being answered.').waitFor();
    expect(await alert.count()).toBe(0);
  });

  it('what runs is narrowed to a person, and the address keeps it', async () => {
    const server = await givenServer({ withModel: true });
    const [one, other] = [await longAnswer(server), await longAnswer(server)];
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/now');
    await turnRow(page, other.turnId).waitFor();
    await page.getByLabel('All people').selectOption(one.person.username);
    await turnRow(page, other.turnId).waitFor({ state: 'detached' });
    await page.reload();
    await turnRow(page, one.turnId).waitFor();
    expect(await turnRow(page, other.turnId).count()).toBe(0);
  });
});
