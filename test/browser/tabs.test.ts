import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { GivenServer } from '../given.ts';
import { openSession } from '../given.ts';
import { waitFor } from '../wait-for.ts';
import { givenServer } from './given-server.ts';
import { inBrowser } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

inBrowser('eight tabs', (open) => {
  it('share one feed connection; when its tab closes another takes over, and what one sends the others show', async () => {
    const server = await givenServer();
    const person = await server.person();
    const { session_id: sessionId } = await openSession(person);
    const profile = await open({ url: server.url, as: person });
    const tabs: Page[] = [];
    for (let i = 0; i < 8; i++) tabs.push(await profile.visit(`/sessions/${sessionId}`));
    for (const tab of tabs) await tab.getByText('What would you like to know?').waitFor();
    await waitFor('one stream', async () => (await openStreams(server)) === 1);

    const leader = profile.requests.findLast(({ path }) => path === '/api/feed')?.page;
    const others = tabs.filter((tab) => tab !== leader);
    expect(others).toHaveLength(7);
    await leader?.close();
    const windows = others.map((tab) => new SessionWindow(tab));
    await windows[0]?.ask('Who hears this?');
    for (const each of windows) await each.page.getByText('Who hears this?').first().waitFor();
    const texts = await waitFor('every tab shows the same answer', async () => {
      const all = await Promise.all(windows.map((each) => each.answerText()));
      return new Set(all).size === 1 && all[0] !== '' && all;
    });
    expect(texts).toHaveLength(7);
    await waitFor('one stream again', async () => (await openStreams(server)) === 1);

    const heir = profile.requests.findLast(({ path }) => path === '/api/feed')?.page;
    expect(others).toContain(heir);
    await profile.visit('/');
    await waitFor('one stream still', async () => (await openStreams(server)) === 1);
  });
});

async function openStreams(server: GivenServer): Promise<number> {
  const { text } = await server.admin.client.get('/metrics');
  return Number(/^perdure_open_streams (\d+)/m.exec(text)?.[1] ?? Number.NaN);
}
