import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { searchAnswer } from '../../src/contract/documents.ts';
import { FakeVectorsServer } from '../../src/models/testing/fake-vectors-server.ts';
import { answered } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { givenServer } from './given-server.ts';
import { inBrowser } from './in-browser.ts';

const parts = 160;
const batches = 6;
const question = 'what does the keeper let by the night';
const text = Array.from(
  { length: parts },
  (_, i) => `## Berth ${i}\n\nBerth ${i} costs ${i + 10} crowns a night.`,
).join('\n\n');

inBrowser('another embedder', (open) => {
  it('takes over between two starts: people watch how far it has come, and search works throughout', async () => {
    const fake = await FakeVectorsServer.start();
    onTestFinished(() => fake[Symbol.asyncDispose]());
    fake.wanted = 'keeper';
    const env = { PERDURE_EMBEDDINGS_URL: fake.url, PERDURE_RERANK_URL: fake.url, PERDURE_RERANK_MODEL: 'judge' };
    const server = await givenServer({ env: { ...env, PERDURE_EMBEDDINGS_MODEL: 'first' } });
    const curator = await server.person('curator');
    const { id } = await newCorpus(curator, 'Port');
    await untilRead(curator, await upload(curator, id, 'berths.md', `# Berths\n\n${text}\n`));
    await untilRead(
      curator,
      await upload(curator, id, 'keeper.md', '# Keeper\n\nThe keeper lets berths by the night.\n'),
    );
    const found = async () =>
      answered(await curator.client.post('/api/search', { query: question }), 200, searchAnswer);
    expect(await found()).toMatchObject({ mode: 'hybrid', reranked: true });
    await server.process.terminate();

    // The other's batches wait until they are let through. One that waited too long is sent again.
    let letThrough = 0;
    const untilLetThrough = async (texts: readonly string[]) => {
      if (texts.length > 1) await vi.waitUntil(() => batchOf(texts) < letThrough, { timeout: 120_000 });
      return undefined;
    };
    fake.instead = ({ model, texts }) => (model === 'second' ? untilLetThrough(texts) : undefined);
    await server.startAgain({ PERDURE_EMBEDDINGS_MODEL: 'second' });
    const pictures = await folderForPictures();
    for (const [look, options] of Object.entries({
      light: {},
      dark: { colorScheme: 'dark' as const },
      phone: { viewport: { width: 360, height: 740 }, isPhone: true },
    })) {
      const page = await (await open({ url: server.url, as: curator, ...options })).visit('/knowledge');
      const facts = page.getByRole('region', { name: 'How search works here' });
      await facts.getByText('second (endpoint), ready').waitFor();
      await facts.getByText('0 of 161 passages; search goes on as before meanwhile').waitFor();
      await facts.getByText('judge (endpoint), ready').waitFor();
      await facts.scrollIntoViewIfNeeded();
      if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${look}-embedding.png`) });
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    }
    const profile = await open({ url: server.url, as: curator });
    const page = await profile.visit('/knowledge');
    const facts = page.getByRole('region', { name: 'How search works here' });
    letThrough = 1;
    const progress = facts.getByRole('progressbar', { name: 'Embedded passages' });
    await facts.getByText('32 of 161 passages').waitFor();
    expect(await progress.getAttribute('aria-valuenow')).toBe('20');
    expect(await found()).toMatchObject({ mode: 'hybrid', reranked: true });

    const trying = await profile.visit(`/knowledge/${id}/try?q=${encodeURIComponent(question)}`);
    const first = trying.getByRole('list', { name: 'Found passages' }).getByRole('article').first();
    await first.getByRole('link', { name: 'Keeper' }).waitFor();
    const because = await first.locator('dl').innerText();
    expect(because).toMatch(/By its meaning\s+number \d+/);
    expect(because).toMatch(/By the reranker\s+0\.\d{3} of 1/);
    if (pictures !== undefined) await trying.screenshot({ path: join(pictures, 'try.png') });

    // The one before can be asked no more: words alone, and then as far as the other has come.
    fake.instead = ({ model, texts, path }) => {
      if (model === 'first') return { status: 503, text: '' };
      return path.endsWith('/embeddings') ? untilLetThrough(texts) : undefined;
    };
    expect((await found()).mode).toBe('lexical');
    await page.getByRole('status').getByText('Search works by words only until second').waitFor();
    await facts.getByText('By words only').waitFor();
    letThrough = 3;
    await facts.getByText('96 of 161 passages').waitFor();
    await page.getByRole('status').getByText('Search by meaning finds only the passages that second').waitFor();
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, 'partial.png') });
    expect((await found()).mode).toBe('partial');
    letThrough = batches;
    await progress.waitFor({ state: 'detached' });
    await facts.getByText('By words and by meaning').waitFor();
    await page.getByRole('status').getByText('Search').waitFor({ state: 'detached' });
    expect(await found()).toMatchObject({ mode: 'hybrid', reranked: true });
  });
});

/** Which batch of a document's passages these are: a batch has 32. */
function batchOf(texts: readonly string[]): number {
  return Math.floor(Number(/Berth (\d+)/.exec(texts[0] ?? '')?.[1] ?? 0) / 32);
}

/** Where each page's picture is kept when KEEP_SCREENSHOTS is set. */
async function folderForPictures(): Promise<string | undefined> {
  if (process.env.KEEP_SCREENSHOTS === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'perdure-embedder-'));
  process.stderr.write(`Pictures of the pages: ${folder}\n`);
  return folder;
}
