import { expect, it } from 'vitest';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('a corpus', (open) => {
  const server = sharedServer();

  it('gets another name and description, and says what to do about a name that is taken', async () => {
    const curator = await server().person('curator');
    await newCorpus(curator, 'Tide tables');
    const made = await newCorpus(curator, 'Harbour');
    const page = await (await open({ url: server().url, as: curator })).visit(`/knowledge/${made.id}`);
    await page.getByRole('button', { name: 'More about this corpus' }).click();
    await page.getByRole('menuitem', { name: 'Name, description, tags' }).click();
    const dialog = page.getByRole('dialog', { name: 'Name, description, tags' });
    expect(await dialog.getByLabel('Name').inputValue()).toBe('Harbour');
    await dialog.getByLabel('Name').fill('tide TABLES');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText(/name is already in use/i).waitFor();
    await dialog.getByLabel('Name').fill('Harbour rules');
    await dialog.getByLabel('Description').fill('Fees, bells and lamps.');
    await dialog.getByLabel('Tags', { exact: true }).fill('Sea');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Harbour rules' }).waitFor();
    await page.getByText('Fees, bells and lamps.').waitFor();
    await page.getByRole('list', { name: 'Tags of Harbour rules' }).getByText('Sea').waitFor();
    await page.getByRole('link', { name: 'Knowledge', exact: true }).first().click();
    await page.getByRole('navigation', { name: 'Corpora with the tag' }).getByRole('link', { name: 'Sea' }).click();
    await page.getByRole('link', { name: /^Tide tables/ }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /^Harbour rules/ }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: /^Harbour rules/ }).waitFor();
    expect(await page.getByRole('link', { name: /^Tide tables/ }).count()).toBe(0);
  });

  it('has a document read again that failed, and only who curates it can', async () => {
    const curator = await server().person('curator');
    const made = await newCorpus(curator, 'Damaged');
    const document = await untilRead(curator, await upload(curator, made.id, 'torn.pdf', '%PDF-1.7\ntorn\n'));
    expect(document.state).toBe('failed');
    const page = await (await open({ url: server().url, as: curator })).visit(`/knowledge/${made.id}`);
    const again = page.getByRole('button', { name: 'Read torn again' });
    await again.waitFor();
    const before = (await untilRead(curator, document.document_id)).updated_at;
    await again.click();
    await waitFor('it was read again', async () => {
      const now = await untilRead(curator, document.document_id);
      return now.state === 'failed' && now.updated_at > before;
    });
    await page.getByText(/Failed: This PDF is damaged/).waitFor();

    const member = await server().person();
    const theirs = await (await open({ url: server().url, as: member })).visit(`/knowledge/${made.id}`);
    await theirs.getByText(/Failed: This PDF is damaged/).waitFor();
    expect(await theirs.getByRole('button', { name: /torn/ }).count()).toBe(0);
    expect(await theirs.getByRole('button', { name: 'More about this corpus' }).count()).toBe(0);
  });

  it('is given to another curator by its owner, whose menu offers it no longer', async () => {
    const [curator, other] = [await server().person('curator'), await server().person('curator')];
    const made = await newCorpus(curator, 'Pilots');
    await untilRead(curator, await upload(curator, made.id, 'pilots.md', '# Pilots\n\nTwo are on duty.'));
    const page = await (await open({ url: server().url, as: curator })).visit(`/knowledge/${made.id}`);
    await page.getByText(new RegExp(`1 document · 1 passage · .+ · owned by ${curator.username}`)).waitFor();
    await page.getByRole('button', { name: 'More about this corpus' }).click();
    await page.getByRole('menuitem', { name: 'Give to somebody else' }).click();
    const dialog = page.getByRole('dialog', { name: 'Give “Pilots” to somebody else' });
    await dialog.getByLabel('Username of the new owner').fill('nobody-at-all');
    await dialog.getByRole('button', { name: 'Give', exact: true }).click();
    await dialog.getByText('No active curator or administrator is called “nobody-at-all”.').waitFor();
    await dialog.getByLabel('Username of the new owner').fill(other.username);
    await dialog.getByRole('button', { name: 'Give', exact: true }).click();
    await page.getByRole('heading', { name: 'Knowledge' }).waitFor();
    await page.getByRole('link', { name: /^Pilots/ }).click();
    await page.getByText(`owned by ${other.username}`).waitFor();
    expect(await page.getByRole('button', { name: 'More about this corpus' }).count()).toBe(0);
  });

  it('is archived, offered to no question any more, and brought back', async () => {
    const curator = await server().person('curator');
    const made = await newCorpus(curator, 'Old tariffs');
    await untilRead(curator, await upload(curator, made.id, 'tariffs.md', '# Tariffs\n\nA crate costs two.'));
    const page = await (await open({ url: server().url, as: curator })).visit(`/knowledge/${made.id}`);
    await page.getByRole('button', { name: 'More about this corpus' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    const confirm = page.getByRole('alertdialog', { name: 'Archive “Old tariffs”?' });
    await confirm.getByRole('button', { name: 'Archive corpus' }).click();
    await page.getByText(/No answer is drawn from it, and nothing is added to it/).waitFor();
    expect(await page.getByText('Drop files').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Try a question' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Tariffs' }).waitFor();

    const member = await server().person();
    const theirs = await (await open({ url: server().url, as: member })).visit('/knowledge');
    await theirs.getByRole('button', { name: 'New session' }).first().click();
    await theirs.getByRole('button', { name: /^Search in:/ }).click();
    await theirs.getByText('All corpora I may read').waitFor();
    expect(await theirs.getByText('Old tariffs').count()).toBe(0);
    await theirs.keyboard.press('Escape');
    await theirs.getByRole('link', { name: 'Knowledge' }).click();
    await theirs.getByText('Archived (1)').click();
    await theirs.getByRole('link', { name: /Old tariffs/ }).click();
    await theirs.getByText(/No answer is drawn from it/).waitFor();
    expect(await theirs.getByRole('button', { name: 'Bring back' }).count()).toBe(0);

    await page.getByRole('button', { name: 'Bring back' }).click();
    await page.getByRole('link', { name: 'Try a question' }).waitFor();
  });
});
