import { expect, it } from 'vitest';
import { objectAccess } from '../../src/contract/access.ts';
import { answered } from '../client.ts';
import { newCorpus } from '../documents.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('groups', (open) => {
  const server = sharedServer();

  it('an administrator closes a corpus to all but a group, puts somebody in, and takes them out again', async () => {
    const [admin, member] = [server().admin, await server().person()];
    const corpus = await newCorpus(admin, 'Salaries');
    const status = async () => (await member.client.get(`/api/corpora/${corpus.id}`)).status;
    expect(await status()).toBe(200);
    const profile = await open({ url: server().url, as: admin });
    const page = await profile.visit('/');
    await page.getByRole('link', { name: 'Groups' }).click();

    await page.getByRole('button', { name: 'New group' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Finance');
    await page.getByRole('button', { name: 'Create group' }).click();
    await page.getByRole('link', { name: 'Finance' }).waitFor();
    expect(await page.getByRole('button', { name: 'Actions for Everyone' }).count()).toBe(0);

    await page.getByLabel('Finance: Salaries').selectOption('Read');
    await page.getByLabel('Everyone: Salaries').selectOption('None');
    await waitFor('the corpus is closed', async () => (await status()) === 404);

    await page.getByRole('link', { name: 'Finance' }).click();
    await page.getByText('Nobody is in this group.').waitFor();
    await page.getByRole('button', { name: 'Add member' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Username').fill('nobody-at-all');
    await dialog.getByRole('button', { name: 'Add member' }).click();
    await dialog.getByText('Nobody has the username nobody-at-all.').waitFor();
    await dialog.getByLabel('Username').fill(member.username.toUpperCase());
    await dialog.getByRole('button', { name: 'Add member' }).click();
    await page.getByRole('cell', { name: member.username, exact: true }).first().waitFor();
    expect(await status()).toBe(200);

    await page.getByRole('button', { name: `Remove ${member.username}` }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove member' }).click();
    await page.getByText('Nobody is in this group.').waitFor();
    expect(await status()).toBe(404);

    await page.getByRole('link', { name: 'All groups and their grants' }).click();
    await page.getByLabel('Finance: Salaries').waitFor();
    expect(await page.getByLabel('Finance: Salaries').inputValue()).toBe('read');
    expect(await page.getByLabel('Everyone: Salaries').inputValue()).toBe('none');
  });

  it('a group is renamed, is not given a name that is taken, and is deleted after a question', async () => {
    const { admin } = server();
    await newGroup(admin, [], 'Taken');
    await newGroup(admin, [await server().person()], 'Old name');
    const profile = await open({ url: server().url, as: admin });
    const page = await profile.visit('/admin/groups');
    await page.getByRole('button', { name: 'Actions for Old name' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('taken');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await dialog.getByText('That name is already in use.').first().waitFor();
    await dialog.getByLabel('Name').fill('New name');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('link', { name: 'New name' }).waitFor();

    await page.getByRole('button', { name: 'Actions for New name' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const question = page.getByRole('alertdialog');
    await question.getByText('Its one member loses').waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Actions for New name' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await question.getByRole('button', { name: 'Delete group' }).click();
    // Behind the question the page is hidden from roles.
    await page.getByRole('link', { name: 'Taken' }).waitFor();
    expect(await page.getByRole('link', { name: 'New name' }).count()).toBe(0);
  });

  it('a grant that could not be stored is shown as it is stored, with the reason', async () => {
    const corpus = await newCorpus(server().admin, 'Passing');
    const profile = await open({ url: server().url, as: server().admin });
    const page = await profile.visit('/admin/groups');
    const cell = page.getByLabel('Everyone: Passing');
    await cell.waitFor();
    await profile.context.route(/\/grants\//, (route) => route.abort());
    await cell.selectOption('Curate');
    await page.getByRole('alert').filter({ hasText: 'Not changed. The server did not answer.' }).waitFor();
    expect(await cell.inputValue()).toBe('read');
    await profile.context.unroute(/\/grants\//);
    await cell.selectOption('Curate');
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await waitFor('the grant is stored', async () => {
      const reply = await server().admin.client.get(`/api/admin/access/corpus/${corpus.id}`);
      return answered(reply, 200, objectAccess).groups.some((group) => group.level === 'curate');
    });
    expect(await cell.inputValue()).toBe('curate');
    profile.forgive(/^console: .*ApiError: The server did not answer/s);
  });

  it('the page says to others whom it is for', async () => {
    const profile = await open({ url: server().url, as: await server().person('curator') });
    const page = await profile.visit('/admin/groups');
    await page.getByText('This page is for administrators.').waitFor();
    expect(profile.count('GET', /^\/api\/admin\//)).toBe(0);
  });
});
