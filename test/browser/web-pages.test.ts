import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestSite } from '../../src/http/testing/test-site.ts';
import { newCorpus } from '../documents.ts';
import { GivenServer } from '../given.ts';
import { slowStartMs } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';

const phone = { viewport: { width: 390, height: 780 }, isPhone: true, colorScheme: 'dark' as const };

inBrowser('a web page', (open) => {
  let server: GivenServer;
  let site: TestSite;
  let pictures: string | undefined;
  const picture = async (page: Page, name: string) => {
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) });
  };

  beforeAll(async () => {
    site = await TestSite.start();
    site.put('/robots.txt', { type: 'text/plain', body: 'User-agent: *\nDisallow: /private' });
    server = await GivenServer.start({ env: site.env });
    if (process.env.KEEP_SCREENSHOTS === undefined) return;
    pictures = await mkdtemp(join(tmpdir(), 'perdure-web-pages-'));
    process.stderr.write(`Pictures of web pages: ${pictures}\n`);
  }, slowStartMs);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await site.close();
  });

  it('is added by its address, fetched before one’s eyes, and leads back to where it came from', async () => {
    const curator = await server.person('curator');
    const made = await newCorpus(curator, 'Tides');
    const waiting: (() => void)[] = [];
    const final = site.put('/tides/2026', (_request, response) => {
      response.setHeader('content-type', 'text/html');
      waiting.push(() => response.end('<!doctype html><title>Tides of 2026</title><p>High water is at noon.</p>'));
    });
    const url = site.put('/tides', (_request, response) => response.writeHead(302, { location: final }).end());
    const page = await (await open({ url: server.url, as: curator })).visit(`/knowledge/${made.id}`);
    await page.getByLabel('Add a web page').fill(url);
    await page.getByRole('button', { name: 'Add page' }).click();
    await page.getByText('Added. The list below shows how far it is.').waitFor();
    expect(await page.getByLabel('Add a web page').inputValue()).toBe('');
    await page.getByRole('progressbar', { name: `Fetching ${site.host}/tides` }).waitFor();
    await picture(page, 'fetching');
    await waitFor('the page being asked for', () => site.asked.includes('/tides/2026'));
    for (const give of waiting) give();
    await page.getByRole('table').getByText('Ready').waitFor();
    await page.getByText(`${site.host}/tides`).waitFor();
    await picture(page, 'ready');

    await page.getByRole('link', { name: 'Tides of 2026' }).click();
    const link = page.getByRole('link', { name: `${site.host}/tides/2026` });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe(final);
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
    await page.getByText('High water is at noon.').first().waitFor();
    await picture(page, 'document');
    await page.goBack();
    await page.getByLabel('Add a web page').fill(url);
    await page.getByRole('button', { name: 'Add page' }).click();
    await page.getByText('This page is here already.').waitFor();
  });

  it('that may not be read is refused in words, on a phone too', async () => {
    const curator = await server.person('curator');
    const made = await newCorpus(curator, 'Refused');
    const page = await (await open({ url: server.url, as: curator, ...phone })).visit(`/knowledge/${made.id}`);
    const field = page.getByLabel('Add a web page');
    await field.fill('127.0.0.1/admin');
    await field.press('Enter');
    await page
      .getByRole('alert')
      .getByText('Not added: That address leads to nothing on the public internet.')
      .waitFor();
    expect(await field.inputValue()).toBe('127.0.0.1/admin');
    await picture(page, 'refused-phone-dark');
    await field.fill(`http://${site.host}/private/page`);
    await field.press('Enter');
    await page.getByText(/Failed: The site asks programs not to read this page/).waitFor();
    await picture(page, 'robots-phone-dark');
    expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
  });

  it('is added by nobody who only reads', async () => {
    const made = await newCorpus(await server.person('curator'), 'Read only');
    const member = await server.person();
    const page = await (await open({ url: server.url, as: member })).visit(`/knowledge/${made.id}`);
    await page.getByText('A curator can add some.').waitFor();
    expect(await page.getByLabel('Add a web page').count()).toBe(0);
  });
});
