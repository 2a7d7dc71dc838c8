import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { uploadAnswer } from '../../src/contract/documents.ts';
import { TestSite } from '../../src/http/testing/test-site.ts';
import { answered } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { GivenServer } from '../given.ts';
import { slowStartMs } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';

const phone = { viewport: { width: 390, height: 780 }, isPhone: true, colorScheme: 'dark' as const };
const file = (name: string, text: string) => ({ name, mimeType: 'text/markdown', buffer: Buffer.from(text) });

async function choose(page: Page, chosen: ReturnType<typeof file>): Promise<void> {
  await page.getByRole('button', { name: 'New version' }).click();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('menuitem', { name: 'Replace the original…' }).click(),
  ]);
  await chooser.setFiles(chosen);
}

inBrowser('another original', (open) => {
  let server: GivenServer;
  let site: TestSite;
  let pictures: string | undefined;
  const picture = async (page: Page, name: string) => {
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) });
  };

  beforeAll(async () => {
    site = await TestSite.start();
    server = await GivenServer.start({ env: site.env });
    if (process.env.KEEP_SCREENSHOTS === undefined) return;
    pictures = await mkdtemp(join(tmpdir(), 'perdure-originals-'));
    process.stderr.write(`Pictures of originals: ${pictures}\n`);
  }, slowStartMs);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await site.close();
  });

  it('is chosen on the document’s page; the versions are listed with their texts and originals', async () => {
    const curator = await server.person('curator');
    const corpus = await newCorpus(curator, 'Tides');
    const id = await upload(curator, corpus.id, 'tides.md', '# Tides\n\nThe flood comes twice a day.');
    const other = await upload(curator, corpus.id, 'other.md', '# Currents\n\nThe current is strong.');
    await untilRead(curator, id);
    await untilRead(curator, other);
    const page = await (await open({ url: server.url, as: curator })).visit(`/documents/${id}`);
    await page.getByText('The flood comes twice a day.').first().waitFor();
    await page.getByRole('button', { name: 'New version' }).click();
    await picture(page, 'menu');
    await page.keyboard.press('Escape');
    await choose(page, file('again.md', '# Tides\n\nThe flood comes twice a day.'));
    await page.getByText('That file is the document’s original already.').waitFor();
    await choose(page, file('currents.md', '# Currents\n\nThe current is strong.'));
    await page.getByRole('alert').getByText('The corpus has this file already, as “Currents”.').waitFor();
    await picture(page, 'refused');
    await page.route(/\/original\?filename=/, () => undefined);
    await choose(page, file('slow.md', '# Slow'));
    await page.getByRole('progressbar', { name: 'Sending slow.md' }).waitFor();
    await picture(page, 'sending');
    await page.getByRole('button', { name: 'Stop sending' }).click();
    await page.getByRole('alert').getByText('You cancelled this upload.').waitFor();
    await page.unrouteAll();
    await choose(page, file('tides-2026.md', '# Tides of 2026\n\nThe ebb is long.'));
    await page.getByRole('heading', { name: 'Tides of 2026' }).first().waitFor();
    await page.getByText('The ebb is long.').first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);

    await page.getByText('Versions', { exact: true }).click();
    const versions = page.getByRole('list', { name: 'Versions' }).getByRole('listitem');
    await versions.nth(1).waitFor();
    expect(await versions.nth(0).textContent()).toMatch(
      new RegExp(`^Version 2 \\(current\\)Original replaced by ${curator.username} .*tides-2026.md`),
    );
    expect(await versions.nth(1).textContent()).toMatch(/^Version 1Added by .*tides.md/);
    await picture(page, 'versions');
    await page.getByRole('link', { name: 'Text of version 1' }).click();
    await page.getByText('The flood comes twice a day.').first().waitFor();
    const href = await page.getByRole('link', { name: 'Download its original' }).getAttribute('href');
    expect((await curator.client.get(href ?? '')).text).toContain('The flood comes');
    await picture(page, 'older');
  });

  it('that cannot be read leaves the document as it was, and says so; a phone shows it too', async () => {
    const curator = await server.person('curator');
    const corpus = await newCorpus(curator, 'Reefs');
    const id = await upload(curator, corpus.id, 'reef.md', '# Reef\n\nThe buoy marks the reef.');
    await untilRead(curator, id);
    const page = await (await open({ url: server.url, as: curator, ...phone })).visit(`/documents/${id}`);
    await page.getByText('The buoy marks the reef.').first().waitFor();
    await choose(page, file('reef.html', '<!doctype html><title>Reef</title><script>draw()</script>'));
    await page.getByText(/Version 2 did not come, and the document stays as it was. There is no text/).waitFor();
    await page.getByText('Versions', { exact: true }).click();
    await page.getByText('Version 2 (did not come)').waitFor();
    await picture(page, 'failed-phone-dark');
    await page.getByText('The buoy marks the reef.').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
  });

  it('of a web page is fetched again: it is unchanged, or it is the next version', async () => {
    const curator = await server.person('curator');
    const corpus = await newCorpus(curator, 'Pages');
    const put = (words: string) => site.put('/tides.md', { type: 'text/markdown', body: `# Tides\n\n${words}` });
    const url = put('High water is at noon.');
    const reply = await curator.client.post(`/api/corpora/${corpus.id}/documents/from-address`, { url });
    const { document_id: id } = answered(reply, 202, uploadAnswer);
    await untilRead(curator, id);
    const page = await (await open({ url: server.url, as: curator })).visit(`/documents/${id}`);
    const fetchAgain = async () => {
      await page.getByRole('button', { name: 'New version' }).click();
      await page.getByRole('menuitem', { name: 'Fetch again' }).click();
    };
    await fetchAgain();
    await page.getByText(/, unchanged since/).waitFor();
    await picture(page, 'unchanged');
    put('High water is at six.');
    await fetchAgain();
    await page.getByText('High water is at six.').first().waitFor();
    await page.getByText(/, unchanged since/).waitFor({ state: 'detached' });

    site.put('/tides.md', () => undefined);
    await fetchAgain();
    await page.getByRole('progressbar', { name: 'Version 3' }).waitFor();
    expect(await page.getByRole('button', { name: 'New version' }).isDisabled()).toBe(true);
    await picture(page, 'fetching');
    await page.getByRole('button', { name: 'Cancel version 3' }).click();
    await page.getByText(/Version 3 did not come, .* Reading again was cancelled/).waitFor();
  });
});
