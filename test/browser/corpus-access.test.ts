import { expect, it } from 'vitest';
import { everyoneGroupId } from '../../src/contract/access.ts';
import { newCorpus } from '../documents.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { confirm } from './confirm.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('who may use a corpus', (open) => {
  const server = sharedServer();

  it('a curator lets a group in, closes the corpus to everybody else, and hands it on', async () => {
    const [owner, member, fellow] = [
      await server().person('curator'),
      await server().person(),
      await server().person('curator'),
    ];
    const corpus = await newCorpus(owner, 'Salaries');
    await newGroup(server().admin, [member, fellow], 'Finance');
    const reads = async ({ client }: typeof owner) => (await client.get(`/api/corpora/${corpus.id}`)).status;
    const page = await (await open({ url: server().url, as: owner })).visit(`/knowledge/${corpus.id}`);
    await page.getByRole('button', { name: 'Access' }).click();
    const dialog = page.getByRole('dialog', { name: 'Who may use “Salaries”' });
    await dialog.getByText(`Owner: ${owner.username}`).waitFor();
    await dialog.getByText('all who have an account').waitFor();

    await dialog.getByLabel('Group', { exact: true }).selectOption('Finance');
    await dialog.getByRole('button', { name: 'Give access' }).click();
    await dialog.getByText('2 members').waitFor();
    await dialog.getByRole('button', { name: 'Remove Everyone' }).click();
    await page.getByRole('alertdialog').getByText('Whoever is in no other group').waitFor();
    await confirm(page, 'Remove access');
    await dialog.getByText('all who have an account').waitFor({ state: 'detached' });
    expect([await reads(await server().person()), await reads(member), await reads(owner)]).toEqual([404, 200, 200]);
    expect(await dialog.innerText(), 'members are not named').not.toContain(member.username);

    await dialog.getByLabel('Level of Finance').selectOption('Curate');
    await waitFor('the fellow curates', async () =>
      (await fellow.client.get(`/api/corpora/${corpus.id}`)).text.includes('"access":"curate"'),
    );
  });

  it('whoever gives up their own right is asked first, and is then among those who do not know it', async () => {
    const [owner, fellow] = [await server().person('curator'), await server().person('curator')];
    const corpus = await newCorpus(owner, 'Handed on');
    const group = await newGroup(server().admin, [fellow], 'Keepers');
    await owner.client.put(`/api/corpora/${corpus.id}/access/${group.id}`, { level: 'curate' });
    await owner.client.delete(`/api/corpora/${corpus.id}/access/${everyoneGroupId}`);
    const page = await (await open({ url: server().url, as: fellow })).visit(`/knowledge/${corpus.id}`);
    await page.getByRole('button', { name: 'Access' }).click();
    const dialog = page.getByRole('dialog', { name: /^Who may use/ });
    await dialog.getByLabel('Level of Keepers').selectOption('Read');
    await page.getByRole('alertdialog').getByText('You curate this corpus through this group alone.').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    expect(await dialog.getByLabel('Level of Keepers').inputValue()).toBe('curate');
    expect((await fellow.client.get(`/api/corpora/${corpus.id}/access`)).status).toBe(200);

    await dialog.getByRole('button', { name: 'Remove Keepers' }).click();
    await page.getByRole('alertdialog').getByText('You curate this corpus through this group alone.').waitFor();
    await confirm(page, 'Remove access');
    await page.waitForURL('**/knowledge');
    await page.getByRole('heading', { name: 'Knowledge' }).waitFor();
    expect(await page.getByText('Handed on').count()).toBe(0);
  });

  it('who only reads a corpus is not offered to change who may', async () => {
    const corpus = await newCorpus(await server().person('curator'), 'Read by all');
    const page = await (await open({ url: server().url, as: await server().person('curator') })).visit(
      `/knowledge/${corpus.id}`,
    );
    await page.getByRole('heading', { name: 'Read by all' }).waitFor();
    expect(await page.getByRole('button', { name: 'Access' }).count()).toBe(0);
  });
});
