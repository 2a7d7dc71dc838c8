import { expect, it } from 'vitest';
import { document as documentShape } from '../../src/contract/documents.ts';
import { answered } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('a document that is read again', (open) => {
  const server = sharedServer();

  it('becomes its next version, and who follows a quote sees the version it was quoted from', async () => {
    const curator = await server().person('curator');
    const made = await newCorpus(curator, 'Tides');
    const id = await upload(curator, made.id, 'tides.md', '# Tides\n\nThe flood comes twice a day.');
    expect((await untilRead(curator, id)).version).toBe(1);
    const page = await (await open({ url: server().url, as: curator })).visit(`/documents/${id}`);
    await page.getByText('The flood comes twice a day.').first().waitFor();
    await page.getByRole('button', { name: 'New version' }).click();
    await page.getByRole('menuitem', { name: 'Read again' }).click();
    await waitFor('the next version', async () => {
      const now = answered(await curator.client.get(`/api/documents/${id}`), 200, documentShape);
      return now.version === 2 && now.state === 'ready';
    });
    await waitFor('the button again', () => page.getByRole('button', { name: 'New version' }).isEnabled());
    expect(await page.getByText(/did not come/).count()).toBe(0);

    await page.goto(`/documents/${id}?version=1&start=9&end=19`);
    await page.getByText(/This is version 1, from which it was quoted/).waitFor();
    await page.getByText('The flood comes twice a day.').first().waitFor();
    await page.getByRole('link', { name: 'Show version 2' }).click();
    await page.getByText(/This is version 1/).waitFor({ state: 'detached' });
    await page.getByText('The flood comes twice a day.').first().waitFor();

    const member = await server().person();
    const theirs = await (await open({ url: server().url, as: member })).visit(`/documents/${id}`);
    await theirs.getByText('The flood comes twice a day.').first().waitFor();
    expect(await theirs.getByRole('button', { name: 'New version' }).count()).toBe(0);
  });
});
