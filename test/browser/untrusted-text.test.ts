import { expect, it } from 'vitest';
import { corpus, document, uploadAnswer } from '../../src/contract/documents.ts';
import { answered } from '../client.ts';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, logOf } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

const elsewhere = 'http://elsewhere.example';
const attack = `<img src=x onerror="alert('run')"><script>alert('run')</script>`;
const answerText = `${attack}

![a picture](${elsewhere}/pixel.png?secret=1) and [press me](javascript:alert('run')) and [a page](${elsewhere}/page)

<iframe src="${elsewhere}/frame"></iframe> <a href="javascript:alert('run')">raw</a>

[![pressed](${elsewhere}/inner.png)](data:text/html,<script>alert('run')</script>)`;

inBrowser('text that others wrote', (open) => {
  const server = sharedServer({ withModel: true });

  it('never runs, loads or asks for anything: in messages, answers, titles, names and documents', async () => {
    server().model.always({ text: answerText });
    const curator = await server().person('curator');
    const { client } = curator;
    const description = `about ${attack}`;
    const made = answered(await client.post('/api/corpora', { name: `C ${attack}`, description }), 201, corpus);
    const file = `<!doctype html><html><head><title>D ${attack.replaceAll('<', '&lt;')}</title></head><body><h1>Heading</h1>
      <p>Plain words that are read.</p><p>${attack.replaceAll('<', '&lt;')}</p>${attack}</body></html>`;
    const uploaded = await client.call('POST', `/api/corpora/${made.id}/documents?filename=attack.html`, {
      body: file,
      headers: { 'content-type': 'text/html' },
    });
    const { document_id: documentId } = answered(uploaded, 202, uploadAnswer);
    const stored = await waitFor('the document is ready', async () => {
      const now = answered(await client.get(`/api/documents/${documentId}`), 200, document);
      return now.state === 'ready' && now;
    });
    expect(stored.title).toContain('<img src=x onerror=');

    const { session_id: sessionId } = await openSession(curator);
    await ask(curator, sessionId, attack);
    expect((await logOf(curator, sessionId)).at(-1)?.type).toBe('turn_state');
    const profile = await open({ url: server().url, as: curator });
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await window.untilAnswer('the answer', (text) => text.includes('a page'));
    expect(await window.messages.allInnerTexts()).toEqual([expect.stringContaining(attack)]);
    expect(await window.answers.locator('img, script, iframe, [href^="javascript:"], [href^="data:"]').count()).toBe(0);
    // A link shows where it leads, and takes nothing along.
    const link = window.answers.getByRole('link', { name: 'a page' });
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await window.answerText()).toContain('a page (elsewhere.example)');

    for (const path of ['/', '/knowledge', `/knowledge/${made.id}`, `/documents/${documentId}`]) {
      const page = await profile.visit(path);
      await page.getByText('<img src=x').first().waitFor();
      expect(await page.locator('img').count(), path).toBe(0);
    }
    const admin = await open({ url: server().url, as: server().admin });
    const list = await admin.visit('/admin/sessions');
    await list.getByRole('cell', { name: '<img src=x' }).first().waitFor();
    expect(profile.problems).toEqual([]);
  });

  it('an original that is a web page is saved as a file, never opened as ours', async () => {
    const curator = await server().person('curator');
    const made = answered(await curator.client.post('/api/corpora', { name: 'Web pages' }), 201, corpus);
    const uploaded = await curator.client.call('POST', `/api/corpora/${made.id}/documents?filename=page.html`, {
      body: `<!doctype html><title>Page</title><p>Words to read here.</p>${attack}`,
      headers: { 'content-type': 'text/html' },
    });
    const { document_id: documentId } = answered(uploaded, 202, uploadAnswer);
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.visit(`/documents/${documentId}`);
    await page.getByText('Words to read here.').waitFor();
    const link = page.getByRole('link', { name: 'Download original' });
    const original = (await link.getAttribute('href')) ?? '';
    const direct = await profile.context.newPage();
    const [download] = await Promise.all([
      direct.waitForEvent('download'),
      // To the window a download is an address that never comes.
      direct.goto(original).catch(() => undefined),
    ]);
    expect(download.suggestedFilename()).toBe('page.html');
  });
});
