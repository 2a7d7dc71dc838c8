import { expect, it } from 'vitest';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { sharedServer } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('the recycle bin', (open) => {
  const server = sharedServer();

  it('keeps a deleted document until it is restored or deleted for good', async () => {
    const curator = await server().person('curator');
    const made = await newCorpus(curator, 'Lighthouses');
    const lamps = await upload(curator, made.id, 'lamps.md', '# Lamps\n\nThe lamp turns at dusk.');
    const bells = await upload(curator, made.id, 'bells.md', '# Bells\n\nThe bell rings in fog.');
    for (const id of [lamps, bells]) expect((await untilRead(curator, id)).state).toBe('ready');
    const page = await (await open({ url: server().url, as: curator })).visit(`/knowledge/${made.id}`);
    for (const title of ['Lamps', 'Bells']) {
      await page.getByRole('button', { name: `Delete ${title}` }).click();
      const confirm = page.getByRole('alertdialog', { name: `Delete “${title}”?` });
      await confirm.getByText(/stays in the recycle bin of this corpus for 30 days/).waitFor();
      await confirm.getByRole('button', { name: 'Delete document' }).click();
      await confirm.waitFor({ state: 'detached' });
    }
    await page.getByText('No documents yet.').waitFor();

    await page.getByRole('button', { name: 'More about this corpus' }).click();
    await page.getByRole('menuitem', { name: 'Recycle bin' }).click();
    await page
      .getByText(new RegExp(`by ${curator.username} · kept until`))
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Restore Lamps' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Lamps' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Delete Bells for good' }).click();
    const forGood = page.getByRole('alertdialog', { name: 'Delete “Bells” for good?' });
    await forGood.getByText('This cannot be undone.').waitFor();
    await forGood.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText('No document is in the bin.').waitFor();

    await page.getByRole('link', { name: 'Lighthouses' }).click();
    await page.getByRole('link', { name: 'Lamps' }).waitFor();
    expect(await page.getByRole('link', { name: 'Bells' }).count()).toBe(0);
  });

  it('keeps a deleted corpus, and gives it back under another name where the old one is taken', async () => {
    const curator = await server().person('curator');
    const made = await newCorpus(curator, 'Harbour fees');
    const id = await upload(curator, made.id, 'fees.md', '# Fees\n\nA berth costs nine a night.');
    await untilRead(curator, id);
    const page = await (await open({ url: server().url, as: curator })).visit(`/knowledge/${made.id}`);
    await page.getByRole('button', { name: 'More about this corpus' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const confirm = page.getByRole('alertdialog', { name: 'Delete “Harbour fees”?' });
    await confirm.getByText(/can be restored from there/).waitFor();
    await confirm.getByRole('button', { name: 'Delete corpus' }).click();
    await page.getByRole('heading', { name: 'Knowledge' }).waitFor();
    await newCorpus(curator, 'Harbour FEES');

    await page.getByRole('link', { name: 'Recycle bin' }).click();
    await page.getByRole('button', { name: 'Restore Harbour fees' }).click();
    const dialog = page.getByRole('dialog', { name: 'Restore “Harbour fees” under another name' });
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Harbour fees (restored)');
    await dialog.getByLabel('Name').fill('Old harbour fees');
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('No corpus is in the bin.').waitFor();
    expect((await untilRead(curator, id)).state).toBe('ready');

    const member = await server().person();
    const theirs = await (await open({ url: server().url, as: member })).visit('/knowledge');
    await theirs.getByText('Old harbour fees').waitFor();
    expect(await theirs.getByRole('link', { name: 'Recycle bin' }).count()).toBe(0);
  });
});
