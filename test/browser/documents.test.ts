import { expect, it } from 'vitest';
import { corpus, documentList, documentText } from '../../src/contract/documents.ts';
import { makeZip } from '../../src/knowledge/testing/make-zip.ts';
import { answered } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';
import { inkOf, squeezed, untilInView } from './drawn-page.ts';
import { pdfOf } from './pdf-of.ts';
import { SessionWindow } from './session-window.ts';

const pages = [
  'The harbour office opens at seven and closes at noon on Sundays.',
  'The lighthouse keeper must oil the great lens every ninth day with walrus oil.',
  'Boats without a bell pay a fine of four shillings at the northern pier.',
];

inBrowser('a real PDF', (open) => {
  const server = sharedServer();

  it('is dropped on the page, read before one’s eyes, asked about, and cited by its page', async () => {
    const curator = await server().person('curator');
    const made = answered(await curator.client.post('/api/corpora', { name: 'Harbour rules' }), 201, corpus);
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.visit(`/knowledge/${made.id}`);
    const area = page.getByText('a folder or a ZIP of them');
    await area.waitFor();
    const dragged = await page.evaluateHandle(draggedFile('harbour.pdf', await pdfOf(pages)));
    await area.dispatchEvent('dragover', { dataTransfer: dragged });
    await area.dispatchEvent('drop', { dataTransfer: dragged });

    const row = page.getByRole('group', { name: 'Documents' }).locator('tbody tr');
    const cells = async () => (await row.count()) === 1 && (await row.locator('td').allInnerTexts());
    const ready = await waitFor('the document is ready', async () => {
      const now = await cells();
      return now && now[2]?.trim() === 'Ready' && now;
    });
    expect(ready[3]).toBe('3');
    expect(Number(ready[4])).toBeGreaterThanOrEqual(3);

    const { session_id: sessionId } = await openSession(curator, { corpora: [made.id] });
    const session = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await session.ask('How often must the lighthouse keeper oil the great lens?');
    await session.chip(1).click();
    const panel = session.page.getByRole('complementary', { name: 'Source' });
    expect(await panel.innerText()).toMatch(/Source 1 · Harbour rules · page 2/);
    const marked = await panel.locator('mark').textContent();
    expect(marked).toContain('every ninth day');

    const list = await curator.client.get(`/api/corpora/${made.id}/documents`);
    const [stored] = answered(list, 200, documentList).documents;
    const { text } = answered(
      await curator.client.get(`/api/documents/${stored?.document_id}/text`),
      200,
      documentText,
    );
    expect(text).toContain(marked);

    await panel.getByRole('link', { name: 'Whole document' }).click();
    const read = session.page.getByRole('region', { name: 'Text read' });
    await read.getByRole('heading', { name: 'Page 2' }).waitFor();
    expect(await read.locator('mark').allTextContents()).toEqual([marked]);
    const ofPage2 = read.locator('section', { has: session.page.getByRole('heading', { name: 'Page 2' }) });
    expect(await ofPage2.locator('mark').textContent()).toBe(marked);

    const drawn = session.page.getByRole('region', { name: 'Original' }).getByRole('group', { name: 'Page 2' });
    await drawn.locator('mark').first().waitFor();
    const onPage = (await drawn.locator('mark').allTextContents()).join('');
    expect(squeezed(onPage), 'the very words are marked on the page').toBe(squeezed(marked ?? ''));
    await untilInView(drawn.locator('mark').first());
    expect(await inkOf(drawn), 'the page is drawn').toBeGreaterThan(100);
  });

  it('of which pages are scans says so in the table and on its page; so does an archive of what it brought', async () => {
    const curator = await server().person('curator');
    const made = await newCorpus(curator, 'Half scanned');
    const scanned = await upload(curator, made.id, 'half.pdf', await pdfOf([...pages, '', '']));
    const archive = makeZip([
      { name: 'rules/bells.md', content: '# Bells\n\nEvery boat has a bell.' },
      { name: 'rules/lost', content: '' },
    ]);
    const zip = await upload(curator, made.id, 'rules.zip', archive);
    for (const id of [scanned, zip]) await untilRead(curator, id);
    const profile = await open({ url: server().url, as: curator });
    const corpusPage = await profile.visit(`/knowledge/${made.id}`);
    const rowOf = (title: string) =>
      corpusPage.locator('tr', { has: corpusPage.getByRole('link', { name: title, exact: true }) });
    const notices = await rowOf('Rules of the harbour').getByRole('list', { name: 'Notices' }).innerText();
    expect(notices).toMatch(/^No text on pages 4-5\./);
    expect(await rowOf('rules').getByRole('list', { name: 'Notices' }).innerText()).toContain('1 file of this archive');
    await rowOf('Bells').getByText('rules/bells.md').waitFor();
    const page = await profile.visit(`/documents/${scanned}`);
    await page.getByText(/^No text on pages 4-5\./).waitFor();
    const told = await profile.visit(`/documents/${zip}`);
    await told.getByText('- rules/lost: The file is empty.').waitFor();
  });

  it('that is none is refused with the reason, from the file picker too', async () => {
    const curator = await server().person('curator');
    const made = answered(await curator.client.post('/api/corpora', { name: 'Broken files' }), 201, corpus);
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.visit(`/knowledge/${made.id}`);
    await page.getByText('No documents yet.').waitFor();
    const buffer = Buffer.from('%PDF-1.7\nthis is not what it says it is');
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose files' }).click();
    await (await choosing).setFiles({ name: 'broken.pdf', mimeType: 'application/pdf', buffer });
    await page
      .getByText(/(Failed|Not uploaded): \w+/)
      .first()
      .waitFor();
  });
});

/** A script whose value is what a drag of this file carries. */
function draggedFile(name: string, bytes: Uint8Array): string {
  return `(() => {
    const bytes = Uint8Array.from(atob('${Buffer.from(bytes).toString('base64')}'), (each) => each.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], ${JSON.stringify(name)}, { type: 'application/pdf' }));
    return carried;
  })()`;
}
