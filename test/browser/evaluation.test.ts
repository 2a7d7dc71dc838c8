import { expect, it } from 'vitest';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { keepQuestion } from '../evaluation.ts';
import { sharedServer } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';

const harbour = ['harbour.md', '# Harbour\n\nA berth costs twelve crowns. Berths are let by the night.\n'] as const;
const tea = ['tea.md', '# Tea\n\nTea is steeped for three minutes.\n'] as const;

inBrowser('evaluation', (open) => {
  const server = sharedServer();

  it('lets a curator keep a question with picked documents, and one with a document that was found', async () => {
    const curator = await server().person('curator');
    const corpus = await newCorpus(curator, 'Port');
    for (const [filename, body] of [harbour, tea]) {
      await untilRead(curator, await upload(curator, corpus.id, filename, body));
    }
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.visit(`/knowledge/${corpus.id}`);
    await page.getByRole('link', { name: 'Evaluation' }).click();
    await page.getByText('No questions yet.').waitFor();
    expect(await page.getByRole('button', { name: 'Measure the search now' }).isDisabled()).toBe(true);

    await page.getByRole('button', { name: 'Keep a question' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Question' }).fill('What does a berth cost?');
    await dialog.getByRole('button', { name: 'Keep question' }).click();
    await dialog.getByText('Pick a document that answers the question.').waitFor();
    await dialog.getByRole('searchbox', { name: 'Find a document' }).fill('harb');
    await dialog.getByRole('checkbox', { name: 'Tea' }).waitFor({ state: 'detached' });
    await dialog.getByRole('checkbox', { name: 'Harbour' }).check();
    await dialog.getByRole('button', { name: 'Keep question' }).click();
    await dialog.waitFor({ state: 'detached' });
    const questions = page.getByRole('group', { name: 'Questions' });
    await questions.getByRole('link', { name: 'What does a berth cost?' }).waitFor();

    await page.goto(`/knowledge/${corpus.id}/try?q=${encodeURIComponent('How long is tea steeped?')}`);
    const found = page.getByRole('article').filter({ has: page.getByRole('link', { name: 'Tea' }) });
    await found.getByRole('button', { name: 'Keep as evaluation question' }).click();
    await found.getByText('This document answers it').waitFor();
    await page.reload();
    await found.getByRole('link', { name: 'evaluation' }).click();
    await questions.getByRole('link', { name: 'How long is tea steeped?' }).waitFor();
  });

  it('shows the score move when a document is added, and forgets a question', async () => {
    const curator = await server().person('curator');
    const corpus = await newCorpus(curator, 'Moving');
    const ids: string[] = [];
    for (const [filename, body] of [harbour, tea]) ids.push(await upload(curator, corpus.id, filename, body));
    for (const id of ids) await untilRead(curator, id);
    await keepQuestion(curator, corpus.id, 'What does a berth cost?', ids[0] ?? '');
    await keepQuestion(curator, corpus.id, 'How long is tea steeped?', ids[1] ?? '');
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.visit(`/knowledge/${corpus.id}/evaluation`);
    const questions = page.getByRole('group', { name: 'Questions' });
    await page.getByRole('button', { name: 'Measure the search now' }).click();
    const runs = page.getByRole('group', { name: 'Runs' });
    await runs.getByRole('row').nth(1).waitFor();
    expect(await runs.getByRole('row').nth(1).innerText()).toMatch(/1\.000\s+1\.000\s+1\.000\s+1\.000\s+1\.000\s+2/);
    await questions.getByText('number 1').first().waitFor();

    const better = '# What a berth costs\n\nWhat does a berth cost? A berth costs what a berth costs.\n';
    await untilRead(curator, await upload(curator, corpus.id, 'fees.md', better));
    await page.getByRole('button', { name: 'Measure the search now' }).click();
    await runs.getByRole('row').nth(2).waitFor();
    expect(await runs.getByRole('row').nth(1).innerText()).toMatch(/0\.\d{3}\s*−0\.\d{3}/);
    await questions.getByText('number 2').waitFor();

    await questions.getByRole('button', { name: 'Remove “How long is tea steeped?”' }).click();
    const confirm = page.getByRole('alertdialog');
    await confirm.getByRole('button', { name: 'Remove question' }).click();
    await confirm.waitFor({ state: 'detached' });
    await questions.getByText('How long is tea steeped?').waitFor({ state: 'detached' });
    expect(await runs.getByRole('row').count()).toBe(3);
  });

  it('takes questions along as files and brings them in again, and says what is wrong with other files', async () => {
    const curator = await server().person('curator');
    const corpus = await newCorpus(curator, 'Travelling');
    const documentId = await upload(curator, corpus.id, 'harbour.md', '# Harbour\n\nA berth costs twelve crowns.\n');
    await keepQuestion(curator, corpus.id, 'What does a berth cost?', documentId);
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.visit(`/knowledge/${corpus.id}/evaluation`);
    const texts: string[] = [];
    for (const name of ['Download queries.jsonl', 'Download qrels.jsonl']) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      texts.push(Buffer.concat(chunks).toString());
    }
    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual([
      { id: expect.any(String), text: 'What does a berth cost?' },
      { qid: expect.any(String), did: documentId, rel: 1 },
    ]);
    const input = page.getByLabel('Import queries.jsonl and qrels.jsonl');
    const more = ['{"id": "9", "text": "Where are berths?"}\n', '{"qid": "9", "did": "harbour.md", "rel": 2}\n'];
    const files = [...texts, ...more].map((text, index) => ({
      name: `${index}.jsonl`,
      mimeType: 'application/jsonl',
      buffer: Buffer.from(text),
    }));
    await input.setInputFiles(files);
    await page.getByText('1 new, 1 were here already.').waitFor();
    await page.getByRole('group', { name: 'Questions' }).getByText('Where are berths?').waitFor();
    await input.setInputFiles([{ name: 'x.jsonl', mimeType: 'text/plain', buffer: Buffer.from('not a line of JSON') }]);
    await page.getByText('Line 1 is neither a question').waitFor();
  });

  it('offers a reader neither the page nor the keeping of questions', async () => {
    const [curator, reader] = [await server().person('curator'), await server().person()];
    const corpus = await newCorpus(curator, 'Read only');
    await untilRead(curator, await upload(curator, corpus.id, 'tea.md', '# Tea\n\nTea is steeped.\n'));
    const profile = await open({ url: server().url, as: reader });
    const page = await profile.visit(`/knowledge/${corpus.id}`);
    await page.getByRole('link', { name: 'Try a question' }).click();
    expect(await page.getByRole('link', { name: 'Evaluation' }).count()).toBe(0);
    await page.getByRole('textbox', { name: 'Question' }).fill('How is tea steeped?');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('article').first().waitFor();
    expect(await page.getByRole('button', { name: 'Keep as evaluation question' }).count()).toBe(0);
  });
});
