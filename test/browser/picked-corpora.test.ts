import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { session as sessionShape } from '../../src/contract/sessions.ts';
import { answered } from '../client.ts';
import { newCorpus } from '../documents.ts';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';

const picker = (page: Page) => page.getByRole('button', { name: /^Search in:/ });

inBrowser('the corpora that somebody picks', (open) => {
  const server = sharedServer();

  it('stay with the session, and new ones begin with them on another device too, while they may be read', async () => {
    const curator = await server().person('curator');
    const [tides, bells] = [await newCorpus(curator, 'Tides and times'), await newCorpus(curator, 'Bells in fog')];
    await newCorpus(curator, 'Charts');
    const laptop = await open({ url: server().url, as: curator });
    const page = await laptop.visit(`/sessions/${(await openSession(curator)).session_id}`);
    await picker(page).click();
    await page.getByRole('checkbox', { name: tides.name }).check({ force: true });
    await picker(page).getByText(tides.name).waitFor();
    await page.reload();
    await picker(page).getByText(tides.name).waitFor();

    const phone = await open({ url: server().url, as: curator });
    const other = await phone.visit('/knowledge');
    await other.getByRole('button', { name: 'New session' }).first().click();
    await picker(other).getByText(tides.name).waitFor();

    // A program says itself where to look, and what it says is no choice of its owner's.
    const change = { corpora: [bells.id] };
    const theirs = answered(await curator.client.post('/api/sessions', {}), 201, sessionShape).session_id;
    answered(await curator.client.patch(`/api/sessions/${theirs}`, change), 200, sessionShape);
    const byProgram = answered(await curator.client.post('/api/sessions', {}), 201, sessionShape);
    expect(byProgram.corpora).toEqual([]);

    expect((await curator.client.delete(`/api/corpora/${tides.id}`)).status).toBe(204);
    await other.getByRole('button', { name: 'New session' }).first().click();
    await picker(other).getByText('All corpora').waitFor();
    expect(await picker(other).getByText(bells.name).count()).toBe(0);

    await page.reload();
    await picker(page).getByText('No corpus').waitFor();
    await picker(page).click();
    await page.getByText('A corpus you picked is archived, deleted or no longer yours to read.').waitFor();
    await page.getByRole('checkbox', { name: 'All corpora I may read' }).check({ force: true });
    await picker(page).getByText('All corpora').waitFor();
  });
});
