import { expect, it } from 'vitest';
import { document } from '../../src/contract/documents.ts';
import { answered } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import type { Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('tags', (open) => {
  const server = sharedServer();

  it('are given to many documents at once, narrow the list, and go with many that are deleted', async () => {
    const curator = await server().person('curator');
    const { corpusId, ids } = await givenCorpus(curator);
    const [lamps, bells, horns] = ids;
    const page = await (await open({ url: server().url, as: curator })).visit(`/knowledge/${corpusId}`);
    for (const name of ['Lamps', 'Bells']) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    const selected = page.getByRole('region', { name: 'Selected documents' });
    await selected.getByText('2 documents selected').waitFor();
    await selected.getByRole('button', { name: 'Tag…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Tag 2 documents' });
    await dialog.getByLabel('Add tags', { exact: true }).first().fill('Rules');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Leave out Rules' }).waitFor();
    await dialog.getByLabel('Add tags', { exact: true }).first().fill('Not ended');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await waitFor('both tagged', async () => (await tagsOf(curator, bells)).length === 2);
    expect(await tagsOf(curator, lamps)).toEqual(['Not ended', 'Rules']);

    await selected.getByRole('button', { name: 'Tag…' }).click();
    await dialog.getByRole('checkbox', { name: /Not ended/ }).check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await tagsOf(curator, lamps)).toEqual(['Rules']);

    await page.getByRole('list', { name: 'Tags of Lamps' }).getByRole('button', { name: 'Rules' }).click();
    await page.getByRole('link', { name: 'Horns' }).waitFor({ state: 'detached' });
    const filter = page.getByRole('combobox', { name: 'Documents with the tag' });
    expect(await filter.inputValue()).toBe('Rules');
    await page.getByRole('checkbox', { name: 'Select all shown' }).check();
    await selected.getByRole('button', { name: 'Delete' }).click();
    const confirm = page.getByRole('alertdialog', { name: 'Delete 2 documents?' });
    await confirm.getByRole('button', { name: 'Delete 2 documents' }).click();
    await page.getByText('No document has the tag “Rules” now.').waitFor();
    await confirm.waitFor({ state: 'detached' });
    await filter.selectOption('');
    await page.getByRole('link', { name: 'Horns' }).waitFor();
    for (const id of [lamps, bells]) expect((await curator.client.get(`/api/documents/${id}`)).status).toBe(410);
    expect(await tagsOf(curator, horns)).toEqual([]);
  });

  it('are changed on a document’s page by who curates it, and seen there by who reads it', async () => {
    const curator = await server().person('curator');
    const { corpusId, ids } = await givenCorpus(curator);
    const [lamps, bells] = ids;
    await curator.client.patch(`/api/documents/${bells}`, { tags: ['Sound'] });
    const page = await (await open({ url: server().url, as: curator })).visit(`/documents/${lamps}`);
    await page.getByRole('button', { name: 'Add tags' }).click();
    const dialog = page.getByRole('dialog', { name: 'Tags of “Lamps”' });
    await dialog.getByRole('button', { name: 'Sound' }).click();
    await dialog.getByLabel('Tags', { exact: true }).first().fill('light, sound,Night');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const tags = page.getByRole('list', { name: 'Tags of Lamps' });
    await tags.getByText('Night').waitFor();
    expect(await tags.getByRole('listitem').allTextContents()).toEqual(['light', 'Night', 'Sound']);

    const member = await server().person();
    const theirs = await (await open({ url: server().url, as: member })).visit(`/documents/${lamps}`);
    await theirs.getByRole('list', { name: 'Tags of Lamps' }).getByText('Night').waitFor();
    expect(await theirs.getByRole('button', { name: 'Edit tags' }).count()).toBe(0);
    await theirs.goto(`/knowledge/${corpusId}`);
    await theirs.getByRole('combobox', { name: 'Documents with the tag' }).selectOption('Night');
    await theirs.getByRole('link', { name: 'Bells' }).waitFor({ state: 'detached' });
    expect(await theirs.getByRole('link', { name: 'Lamps' }).count()).toBe(1);
    expect(await theirs.getByRole('checkbox').count()).toBe(0);
  });
});

async function givenCorpus(curator: Person): Promise<{ corpusId: string; ids: string[] }> {
  const { id: corpusId } = await newCorpus(curator, `Lighthouses ${curator.username}`);
  const ids: string[] = [];
  for (const name of ['Lamps', 'Bells', 'Horns']) {
    ids.push(await upload(curator, corpusId, `${name}.md`, `# ${name}\n\n${name} warn of the reef.`));
  }
  for (const id of ids) expect((await untilRead(curator, id)).state).toBe('ready');
  return { corpusId, ids };
}
const tagsOf = async ({ client }: Person, id = '') =>
  answered(await client.get(`/api/documents/${id}`), 200, document).tags;
