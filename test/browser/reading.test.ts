import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { passageList } from '../../src/contract/documents.ts';
import { answered } from '../client.ts';
import { newCorpus, textOf, untilRead, upload } from '../documents.ts';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { inkOf, placeInPane, squeezed, untilInView } from './drawn-page.ts';
import { inBrowser } from './in-browser.ts';
import { pdfOf } from './pdf-of.ts';
import type { Profile } from './profile.ts';
import { SessionWindow } from './session-window.ts';

const phone = { viewport: { width: 360, height: 740 }, isPhone: true };

/** Where words stand in a text, as an address says it. */
function placeOf(text: string, words: string): string {
  const start = text.indexOf(words);
  expect(start, words).toBeGreaterThanOrEqual(0);
  return `version=1&start=${start}&end=${start + words.length}`;
}

const sentences = (what: string) =>
  Array.from({ length: 40 }, (_, n) => `The ${what} number ${n} is looked at every ${n + 2} weeks.`).join(' ');
const line = (n: number) =>
  `Line ${n} of the ledger holds ${(n * 7919) % 100_000} crowns for the keeper of gate ${n % 97}.\n`;

const textPane = (page: Page) => page.getByRole('region', { name: 'Text read' });
const originalPane = (page: Page) => page.getByRole('region', { name: 'Original' });
const drawnPage = (page: Page, number: number) =>
  originalPane(page).getByRole('group', { name: `Page ${number}`, exact: true });

inBrowser('a document’s page', (open) => {
  const server = sharedServer();

  async function given(filename: string, body: string | Uint8Array) {
    const curator = await server().person('curator');
    const corpus = await newCorpus(curator, `Corpus of ${filename} ${randomUUID()}`);
    const documentId = await upload(curator, corpus.id, filename, body);
    expect(await untilRead(curator, documentId)).toMatchObject({ state: 'ready' });
    return { curator, corpus, documentId, text: await textOf(curator, documentId, 1) };
  }

  it('tells passage from passage: a number beside each, and what is known of the one that is pointed at', async () => {
    const body = `# Pumps\n\n${sentences('pump')}\n\n## Valves\n\n${sentences('valve')}\n`;
    const { curator, documentId, text } = await given('pumps.md', body);
    const list = await curator.client.get(`/api/documents/${documentId}/passages`);
    const { passages } = answered(list, 200, passageList);
    expect(passages.length).toBeGreaterThan(4);
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.visit(`/documents/${documentId}`);
    const pane = textPane(page);
    await pane.getByText(`Text read · ${passages.length} passages`).waitFor();
    for (const { ordinal, start, end } of passages) {
      const shown = await pane.locator(`[data-passage="${ordinal}"]`).allTextContents();
      expect(shown.join('')).toBe(text.slice(start, end));
    }
    const second = passages[1];
    await pane.getByRole('button', { name: 'Passage 2', exact: true }).focus();
    await pane.getByText(`Passage 2 · Pumps · ${(second?.end ?? 0) - (second?.start ?? 0)} characters`).waitFor();
    await pane.getByText('The valve number 39 is').last().scrollIntoViewIfNeeded();
    await pane.locator('[data-passage]').last().hover();
    await pane.getByText(new RegExp(`^Passage ${passages.length} · Pumps › Valves · \\d+ characters$`)).waitFor();
    const copied = await page.evaluate<string>(
      "getSelection().selectAllChildren(document.querySelector('[data-passage]')), String(getSelection())",
    );
    expect(copied, 'the number is no part of the text').toBe(text.slice(passages[0]?.start, passages[0]?.end));
  });

  it('draws the pages of a long PDF that are seen, and no others', async () => {
    const texts = Array.from({ length: 40 }, (_, n) => `Article ${n + 1}.\nNobody may moor at berth ${n + 1}.`);
    const { curator, documentId, text } = await given('articles.pdf', await pdfOf(texts));
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.visit(`/documents/${documentId}?${placeOf(text, 'Nobody may moor at berth 33.')}`);
    const drawn = drawnPage(page, 33);
    await untilInView(drawn.locator('mark').first());
    expect(await inkOf(drawn)).toBeGreaterThan(100);
    const canvases = () => originalPane(page).locator('canvas').count();
    expect(await canvases()).toBeLessThan(8);
    await drawnPage(page, 3).scrollIntoViewIfNeeded();
    await drawnPage(page, 3).locator('canvas').waitFor();
    await drawnPage(page, 33).locator('canvas').waitFor({ state: 'detached' });
    expect(await canvases()).toBeLessThan(8);

    const before = drawnPage(page, 32);
    await before.evaluate((element: unknown) => (element as { scrollIntoView(): void }).scrollIntoView());
    await drawn.locator('mark').first().waitFor();
    expect(await placeInPane(before), 'whoever went on reading is not brought back').toBeCloseTo(0, -1.5);
    await page.getByRole('button', { name: 'Larger' }).click();
    await waitFor('a larger page', async () => ((await before.boundingBox())?.width ?? 0) > 650);
    await before.locator('canvas').waitFor();
    expect(Math.abs(await placeInPane(before)), 'the page stays where it was read').toBeLessThan(60);
  });

  it('marks words that go over lines and from one page to the next, with a word parted at the end of a line', async () => {
    const pdf = await pdfOf([
      'The keeper of the harbour must oil the great lens of the light-\nhouse every ninth day.',
      'The lens is oiled with walrus oil.',
    ]);
    const { curator, documentId, text } = await given('lens.pdf', pdf);
    expect(text).toContain('lighthouse');
    const profile = await open({ url: server().url, as: curator });
    const words = 'the great lens of the lighthouse every ninth day';
    const page = await profile.visit(`/documents/${documentId}?${placeOf(text, words)}`);
    await drawnPage(page, 1).locator('mark').nth(1).waitFor();
    const marks = await drawnPage(page, 1).locator('mark').allTextContents();
    expect(marks.map(squeezed)).toEqual(['thegreatlensofthelight', 'houseeveryninthday']);

    const start = text.indexOf('every ninth');
    await page.goto(`/documents/${documentId}?version=1&start=${start}&end=${text.indexOf(' with walrus')}`);
    await drawnPage(page, 2).locator('mark').waitFor();
    expect(await drawnPage(page, 1).locator('mark').allTextContents()).toEqual(['every ninth day.']);
    expect(await drawnPage(page, 2).locator('mark').allTextContents()).toEqual(['The lens is oiled']);
  });

  it('draws scanned pictures without WebAssembly, which the policy of our pages refuses', async () => {
    const pdf = await pdfOf(['Seen from afar.'], { title: 'A scan', scan: true });
    const { curator, documentId } = await given('scan.pdf', pdf);
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.visit(`/documents/${documentId}`);
    await drawnPage(page, 1).locator('canvas').waitFor();
    await waitFor('the scan', async () => (await inkOf(drawnPage(page, 1))) > 10_000);
  });

  it('says so when the words are not on the drawn page, and opens it all the same', async () => {
    const { curator, documentId, text } = await given('rules.pdf', await pdfOf(['First.', 'The bell rings at noon.']));
    const profile = await open({ url: server().url, as: curator });
    const another = await pdfOf(['First.', 'Something else stands here.']);
    await profile.context.route(/\/original\?version=1$/, (route) =>
      route.fulfill({ body: another, contentType: 'application/pdf' }),
    );
    const page = await profile.visit(`/documents/${documentId}?${placeOf(text, 'The bell rings at noon.')}`);
    await originalPane(page).getByText('the page they were read from, page 2').waitFor();
    await drawnPage(page, 2).locator('canvas').waitFor();
    expect(await drawnPage(page, 2).locator('mark').count()).toBe(0);
  });

  it('offers the download where a PDF cannot be drawn or does not come', async () => {
    const { curator, documentId } = await given('rules.pdf', await pdfOf(['The bell rings at noon.']));
    const profile = await open({ url: server().url, as: curator });
    let answer: { body: string; contentType: string; status: number } = {
      status: 200,
      body: '%PDF-1.7 nothing',
      contentType: 'application/pdf',
    };
    await profile.context.route(/\/original\?version=1$/, (route) => route.fulfill(answer));
    const page = await profile.visit(`/documents/${documentId}`);
    await originalPane(page).getByText('This PDF cannot be drawn here.').waitFor();
    await originalPane(page).getByRole('link', { name: 'Download the original' }).waitFor();
    answer = { status: 503, body: 'busy', contentType: 'text/plain' };
    await page.reload();
    await originalPane(page).getByRole('alert').waitFor();
    await textPane(page).getByText('The bell rings at noon.').waitFor();
    await profile.context.unroute(/\/original\?version=1$/);
    await originalPane(page).getByRole('button', { name: 'Try again' }).click();
    await drawnPage(page, 1).locator('canvas').waitFor();
  });

  it('shows one side at a time on a phone: words of a PDF on its page first', async () => {
    const { curator, documentId, text } = await given('bell.pdf', await pdfOf(['First.', 'The bell rings at noon.']));
    const profile = await open({ url: server().url, as: curator, ...phone });
    const page = await profile.visit(`/documents/${documentId}?${placeOf(text, 'The bell rings at noon.')}`);
    await untilInView(drawnPage(page, 2).locator('mark').first());
    await page.getByRole('tab', { name: 'Text read' }).tap();
    await untilInView(textPane(page).locator('mark'));
    expect(await originalPane(page).count()).toBe(0);
    await page.reload();
    await textPane(page).locator('mark').waitFor();
    await page.getByRole('tab', { name: 'Original' }).tap();
    await untilInView(drawnPage(page, 2).locator('mark').first());
  });

  it('draws Markdown as it looks beside its text, and says of other files that they are not drawn', async () => {
    const body = `---\ntitle: Steps\n---\n# Steps\n\n1. Open the *valve*.\n2. Wait. [1]\n\n| Bar | Min |\n| --- | --- |\n| 4 | 10 |\n\n<img src="http://elsewhere.example/x.png" onerror="alert(1)">\n\n![seen](http://elsewhere.example/y.png)\n`;
    const { curator, documentId, text } = await given('steps.md', body);
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.visit(`/documents/${documentId}?${placeOf(text, 'Open the *valve*.')}`);
    const original = originalPane(page);
    await original.getByRole('heading', { name: 'Steps' }).waitFor();
    await original.locator('em', { hasText: 'valve' }).waitFor();
    expect(await original.locator('td').allTextContents()).toEqual(['4', '10']);
    expect(await original.locator('.asked-block').innerText()).toContain('Open the valve.');
    expect(await original.locator('img, script, iframe').count()).toBe(0);
    await original.getByText('Wait. [1]').waitFor();

    const plain = await given('plain.txt', 'A plain text about gates.');
    await page.goto(`/documents/${plain.documentId}`);
    await page.getByText('A file of this type is not drawn here. The original can be downloaded').waitFor();
    await textPane(page).getByText('A plain text about gates.').waitFor();
    await page.getByRole('link', { name: 'Download original' }).waitFor();
  });

  it('shows what was read of a sheet as a table again, at the asked row', async () => {
    const rows = Array.from({ length: 300 }, (_, n) => `Row ${n + 2} | Item: Pump ${n} | Price: ${n}.50`);
    const { curator, documentId, text } = await given('prices.txt', ['Row 1 | Item | Price', ...rows].join('\n\n'));
    const profile = await open({ url: server().url, as: curator });
    await profile.context.route(/\/api\/documents\/[^/]+\/text\?/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...((await response.json()) as object), media_type: 'text/csv' } });
    });
    const page = await profile.visit(`/documents/${documentId}?${placeOf(text, 'Item: Pump 250')}`);
    const pane = page.getByRole('region', { name: 'As a table' });
    const row = pane.getByRole('row', { name: 'Pump 250' });
    await untilInView(row);
    expect(await row.getByRole('cell').allTextContents()).toEqual(['Pump 250', '250.50']);
    expect(await pane.getByRole('columnheader').allTextContents()).toEqual(['Row', 'Item', 'Price']);
    expect(await row.getAttribute('class')).toContain('bg-mark');
  });

  it('keeps a text of 10 MB light: it can be read at once, and the asked words are in sight', async () => {
    let body = '';
    for (let n = 0; body.length < 9_900_000; n++) body += n % 12 === 11 ? `${line(n)}\n` : line(n);
    const { curator, documentId, text } = await given('ledger.txt', body);
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.context.newPage();
    const startedMs = performance.now();
    await page.goto(`/documents/${documentId}?${placeOf(text, 'Line 100000 of the ledger')}`);
    await untilInView(textPane(page).locator('mark'));
    const tookMs = performance.now() - startedMs;
    process.stderr.write(`10 MB: the asked words in sight after ${Math.round(tookMs)} ms\n`);
    expect(await page.locator('[data-passage]').count(), 'passages are told apart near what is seen').toBeLessThan(400);
    await page.locator('[data-passage]').first().waitFor();
  });

  it('of a deleted document says so by its name, as the panel of an answer does, and the quote stays', async () => {
    const { curator, corpus, documentId } = await given(
      'comet.md',
      '# The comet Zyra\n\nThe comet Zyra returns every 88 years.\n',
    );
    const { session_id: sessionId } = await openSession(curator, { corpora: [corpus.id] });
    const profile = await open({ url: server().url, as: curator });
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await window.ask('How often does the comet Zyra return?');
    await window.chip(1).waitFor();
    expect((await curator.client.delete(`/api/documents/${documentId}`)).status).toBe(204);
    await window.chip(1).click();
    const panel = window.page.getByRole('complementary', { name: 'Source' });
    await panel.getByText('This document was deleted.').waitFor();
    expect(await panel.innerText()).toContain('The comet Zyra');
    expect(await panel.locator('mark').innerText()).toContain('returns every 88 years');
    expect(await panel.getByRole('link').count()).toBe(0);
    expect(await window.answerText()).toContain('88 years');
    const page = await profile.visit(`/documents/${documentId}?version=1&start=3&end=9`);
    await page.getByText('This document was deleted.').waitFor();
    await page.getByRole('heading', { name: 'The comet Zyra' }).waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  });

  it('tells its curators who opened it, and nobody else', async () => {
    const { curator, corpus, documentId } = await given('gate.md', '# Gate\n\nThe gate opens at seven.\n');
    const reader = await server().person();
    const own = await open({ url: server().url, as: reader });
    await seesNobody(own, documentId, corpus.id);
    await reader.client.get(`/api/documents/${documentId}/original`);
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.visit(`/documents/${documentId}`);
    await page.getByText('Who opened it').click();
    const rows = page.locator('details li');
    await waitFor('the openings', async () => {
      const texts = await rows.allInnerTexts();
      return (
        texts.some((text) => text.startsWith(`${reader.user.username} opened the original`)) &&
        texts.some((text) => text.startsWith(`${reader.user.username} opened the text`))
      );
    });
    await page.goto(`/knowledge/${corpus.id}`);
    await page.getByText('Who opened documents').click();
    await page.getByText(`${reader.user.username} opened the original of Gate`).waitFor();
  });
});

async function seesNobody(profile: Profile, documentId: string, corpusId: string): Promise<void> {
  const page = await profile.visit(`/documents/${documentId}`);
  await textPane(page).getByText('The gate opens at seven.').waitFor();
  expect(await page.getByText('Who opened it').count()).toBe(0);
  await page.goto(`/knowledge/${corpusId}`);
  await page.getByRole('link', { name: 'Gate' }).waitFor();
  expect(await page.getByText('Who opened documents').count()).toBe(0);
}
