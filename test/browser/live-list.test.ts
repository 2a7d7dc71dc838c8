import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { ask } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { rowOf } from './admin-window.ts';
import { confirm } from './confirm.ts';
import { givenServer } from './given-server.ts';
import { inBrowser, type OpenProfile } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

const listed = { route: '/api/admin/sessions', method: 'get' };
const streamed = { route: '/api/admin/sessions/events', method: 'get' };

inBrowser('the administrator’s list', (open) => {
  it('moves for a minute by one stream: no list is asked for, nothing is reloaded', async () => {
    const server = await givenServer();
    const person = await server.person();
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.context.newPage();
    await page.clock.install();
    await page.goto('/admin/sessions');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('No sessions of this kind.').waitFor();
    await page.evaluate('globalThis.stayed = true');

    const { session_id: sessionId } = await openSession(person);
    const row = rowOf(page, sessionId);
    expect([await row.cell('Messages'), await row.cell('Queries')]).toEqual(['0', '0']);
    expect(await row.cell('Username')).toBe(person.username);
    // The page's clock runs ahead by less than a heartbeat each time; what the server sends in between keeps the stream alive.
    for (let minute = 1; minute <= 5; minute++) {
      await page.clock.runFor(13_000);
      await ask(person, sessionId, `Question ${minute}`);
      await waitFor('the counters', async () => {
        const counters = [await row.cell('Messages'), await row.cell('Queries')];
        return counters.join() === [2 * minute, minute].join();
      });
    }
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('1 session', { exact: true }).waitFor();
    expect(await page.evaluate('globalThis.stayed')).toBe(true);
    expect(timesAsked(server.process.log, listed)).toBe(0);
    expect(timesAsked(server.process.log, streamed)).toBe(1);
  });

  it('says within 20 s that it is not live when the server hangs, and is live and true again after', async () => {
    const server = await givenServer();
    const person = await server.person();
    const { session_id: sessionId } = await openSession(person);
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/sessions');
    const row = rowOf(page, sessionId);
    expect(await row.cell('Messages')).toBe('0');
    await page.getByText('Live', { exact: true }).waitFor();

    process.kill(server.process.pid, 'SIGSTOP');
    const hungAt = performance.now();
    await page.getByText(/^Not live/).waitFor();
    expect(performance.now() - hungAt).toBeLessThan(20_000);
    expect(await row.cell('Messages'), 'what was known stays').toBe('0');

    process.kill(server.process.pid, 'SIGCONT');
    await page.getByText('Live', { exact: true }).waitFor();
    await ask(person, sessionId, 'Are you back?');
    await waitFor('the counter', async () => (await row.cell('Messages')) === '2');
  });

  it('shows when the server is down, and takes in what happened before it was back', async () => {
    const server = await givenServer();
    const person = await server.person();
    const { session_id: sessionId } = await openSession(person);
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/sessions');
    const row = rowOf(page, sessionId);
    await row.line.waitFor();
    await server.process.kill();
    await page.getByText('Not live: reconnecting…').waitFor();
    await server.startAgain();
    const { session_id: second } = await openSession(person);
    await rowOf(page, second).line.waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('closes a session, and its owner sees why nothing more can be written', async () => {
    const { window, page, row } = await runningAnswer(open);
    await row.line.getByRole('button', { name: /^Close/ }).click();
    await confirm(page, 'Close session');
    await row.line.waitFor({ state: 'detached' });

    await window.page
      .getByText('An administrator closed this session. You can read it, but not go on with it.')
      .waitFor();
    await window.page.getByRole('article').getByText('Stopped: an administrator closed this session').waitFor();
    expect(await window.composer.count()).toBe(0);
    expect((await window.answerText()).length).toBeGreaterThan(10);
    expect(await window.page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  });

  it('stops an answer: its owner sees by whom, keeps the text, and can go on', async () => {
    const { window, page, row } = await runningAnswer(open);
    await row.line.getByRole('button', { name: /^Stop/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Stop answer' }).click();
    await waitFor('it runs no more', async () => (await row.cell('State')) === 'Active');
    expect(await row.line.getByRole('button', { name: /^Stop/ }).count()).toBe(0);

    await window.page.getByRole('article').getByText('Stopped by an administrator').waitFor();
    expect((await window.answerText()).length).toBeGreaterThan(10);
    expect(await window.composer.count()).toBe(1);
  });
});

/** A long answer that runs, as its owner sees it and as the administrator's list does. */
async function runningAnswer(open: OpenProfile) {
  const server = await givenServer({ withModel: true });
  server.model.always({ tokens: 4_000, pieceDelayMs: 50 });
  const person = await server.person();
  const { session_id: sessionId } = await openSession(person);
  const owner = await open({ url: server.url, as: person });
  const window = new SessionWindow(await owner.visit(`/sessions/${sessionId}`));
  await window.ask('A long story, please');
  await window.untilAnswer('a beginning', (text) => text.length > 10);
  const admin = await open({ url: server.url, as: server.admin });
  const page = await admin.visit('/admin/sessions');
  const row = rowOf(page, sessionId);
  await waitFor('it runs', async () => (await row.cell('State')) === 'Running');
  return { window, page, row };
}

/** How often a route was asked, by the server's own log. */
function timesAsked(log: string, { route, method }: { route: string; method: string }): number {
  const lines = log.split('\n').filter((line) => line.includes(`"route":"${route}"`));
  return lines.filter((line) => line.toLowerCase().includes(`"method":"${method}"`)).length;
}
