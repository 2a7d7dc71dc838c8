import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { corpus, documentList } from '../../src/contract/documents.ts';
import { answered } from '../client.ts';
import { sharedServer } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';

const goodFiles = 30;

/** Mixed files in folders: good ones, one twice, one that is empty, one that is not what it says, and what a system left. */
async function givenFolder(): Promise<AsyncDisposable & { path: string }> {
  const parent = await mkdtemp(join(tmpdir(), 'perdure-folder-'));
  const path = join(parent, 'rules');
  await mkdir(join(path, 'old'), { recursive: true });
  for (let index = 0; index < goodFiles; index++) {
    const name = join(index % 2 === 0 ? path : join(path, 'old'), `rule-${index}.md`);
    await writeFile(name, `# Rule ${index}\n\nBoat ${index} pays a fine of ${index} shillings.\n`);
  }
  await writeFile(join(path, 'copy.md'), '# Rule 0\n\nBoat 0 pays a fine of 0 shillings.\n');
  await writeFile(join(path, 'empty.txt'), '');
  await writeFile(join(path, 'broken.pdf'), '%PDF-1.7\nthis is not what it says it is');
  await writeFile(join(path, '.DS_Store'), 'left by a system');
  return { path, [Symbol.asyncDispose]: () => rm(parent, { recursive: true }) };
}

inBrowser('a folder of files', (open) => {
  const server = sharedServer();

  it('is chosen once, sent while one goes elsewhere, and read; what was here or fails is told, and listed alone', async () => {
    await using folder = await givenFolder();
    const curator = await server().person('curator');
    const made = answered(await curator.client.post('/api/corpora', { name: 'All the rules' }), 201, corpus);
    const profile = await open({ url: server().url, as: curator });
    const page = await profile.visit(`/knowledge/${made.id}`);
    await page.getByLabel('Folder to add').setInputFiles(folder.path);
    await page.getByText(/^Uploaded \d+ of 33 files/).waitFor();
    await page.getByRole('link', { name: 'Knowledge', exact: true }).first().click();
    await page.getByRole('link', { name: /All the rules/ }).click();

    await page.getByText('Uploaded 32 of 33 files (1 was here already, 1 not uploaded)').waitFor({ timeout: 60_000 });
    await page.getByText(/Not uploaded: .*empty/i).waitFor();
    await page.getByRole('button', { name: `Ready ${goodFiles}` }).waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: 'Failed 1' }).click();
    await page.getByRole('link', { name: 'broken' }).waitFor();
    await expect.poll(() => page.getByRole('table').getByRole('link').count()).toBe(1);
    await page.getByRole('button', { name: `All ${goodFiles + 1}` }).click();
    await page.getByText('rules/old/rule-1.md').waitFor();

    const listed = await curator.client.get(`/api/corpora/${made.id}/documents?limit=100`);
    const { documents, counts } = answered(listed, 200, documentList);
    expect(documents.map((document) => document.filename)).not.toContain('rules/.DS_Store');
    expect(counts).toEqual({ queued: 0, parsing: 0, embedding: 0, ready: goodFiles, failed: 1 });
  });
});
