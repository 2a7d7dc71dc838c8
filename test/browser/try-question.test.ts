import { expect, it } from 'vitest';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('trying a question', (open) => {
  const server = sharedServer();

  it('shows a reader what a search finds in the corpus and why, and leads to the passage', async () => {
    const curator = await server().person('curator');
    const [corpus, other] = [await newCorpus(curator, 'Port'), await newCorpus(curator, 'Elsewhere')];
    const files = [
      [corpus.id, 'harbour.md', '# Harbour\n\n## Fees\n\nA berth costs twelve crowns. Berths are let by the night.\n'],
      [corpus.id, 'tea.md', '# Tea\n\nTea is steeped for three minutes.\n'],
      [other.id, 'berths.md', '# Other berths\n\nBerths elsewhere cost nothing.\n'],
    ] as const;
    for (const [id, filename, body] of files) await untilRead(curator, await upload(curator, id, filename, body));
    const reader = await server().person();
    const profile = await open({ url: server().url, as: reader });
    const page = await profile.visit(`/knowledge/${corpus.id}`);
    await page.getByRole('link', { name: 'Try a question' }).click();
    await page.getByRole('textbox', { name: 'Question' }).fill('What does a berth cost?');
    await page.getByRole('button', { name: 'Search' }).click();
    const first = page.getByRole('list', { name: 'Found passages' }).getByRole('article').first();
    await first.getByRole('link', { name: 'Harbour' }).waitFor();
    expect(await first.locator('mark').allTextContents()).toEqual(['berth', 'costs', 'Berths']);
    const because = await first.locator('dl').innerText();
    expect(because).toMatch(/number 1, score (under )?\d+\.\d\d for “berth”, “costs”, “berths”/);
    expect(because).toMatch(/Together\s+1\.000 of 1/);
    expect(await page.locator('main').innerText()).not.toContain('Other berths');
    expect(new URL(page.url()).searchParams.get('q')).toBe('What does a berth cost?');
    await page.reload();
    await first.getByRole('link', { name: 'Harbour' }).click();
    await page.getByRole('region', { name: 'Text read' }).locator('mark').waitFor();

    await page.goBack();
    await page.getByRole('textbox', { name: 'Question' }).fill('xyzzy plugh');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('Nothing was found.').waitFor();
  });

  it('is asked of documents, tags and a time that stand in the address, and says so', async () => {
    const curator = await server().person('curator');
    const corpus = await newCorpus(curator, 'Harbours');
    const ids: string[] = [];
    for (const name of ['North', 'South', 'West']) {
      ids.push(await upload(curator, corpus.id, `${name}.md`, `# ${name}\n\nA berth in the ${name} costs twelve.`));
    }
    for (const id of ids) await untilRead(curator, id);
    const [north, south] = ids;
    for (const id of [north, south]) await curator.client.patch(`/api/documents/${id}`, { tags: ['Fees'] });
    const profile = await open({ url: server().url, as: await server().person() });
    const page = await profile.visit(`/knowledge/${corpus.id}/try?q=berth`);
    const found = page.getByRole('list', { name: 'Found passages' });
    const expectFound = async (...titles: string[]) => {
      const links = found.getByRole('article').getByRole('link', { name: /^(North|South|West)$/ });
      await waitFor(
        `found ${titles.join()}`,
        async () => (await links.allTextContents()).toSorted().join() === titles.join(),
      );
    };
    await expectFound('North', 'South', 'West');
    await page.getByRole('button', { name: 'Tags: any' }).click();
    await page.getByRole('dialog', { name: 'Tags' }).getByText('Fees').click();
    await expectFound('North', 'South');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Documents: all' }).click();
    await page.getByRole('searchbox', { name: 'Find a document by its title' }).fill('sou');
    await page.getByRole('checkbox', { name: 'North' }).waitFor({ state: 'detached' });
    await page.getByRole('dialog', { name: 'Documents' }).getByText('South').click();
    await page.keyboard.press('Escape');
    await expectFound('South');
    await page.getByText('Only “South”, tagged “Fees”.').waitFor();
    await page.reload();
    await page.getByText('Only “South”, tagged “Fees”.').waitFor();
    await expectFound('South');
    await page.getByLabel('until').fill('2020-01-31');
    await page.getByText(/Only “South”, tagged “Fees”, added until .*2020\./).waitFor();
    await page.getByText('Nothing was found.').waitFor();
    await page.getByRole('link', { name: 'Search all documents' }).click();
    await expectFound('North', 'South', 'West');
    expect(new URL(page.url()).search).toBe('?q=berth');
  });
});
