import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { newCorpus } from '../documents.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';
import { inBrowser } from './in-browser.ts';

/** A machine that others load. */
const slow = { timeout: 30_000 };

inBrowser('the audit log', (open) => {
  const server = sharedServer();

  it('says in words what was done, is filtered by what is clicked and chosen, and the address keeps the filters', async () => {
    const { admin } = server();
    const person = await server().person();
    const group = await newGroup(admin, [person], 'Finance');
    const corpus = await newCorpus(admin, 'Salaries');
    await admin.client.put(`/api/admin/groups/${group.id}/grants/corpus/${corpus.id}`, { level: 'curate' });
    await admin.client.patch(`/api/admin/users/${person.user.id}`, { role: 'curator' });

    const profile = await open({ url: server().url, as: admin });
    const page = await profile.visit('/');
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByText(`made ${person.username} a curator`).waitFor();
    await page.getByText('granted Salaries to the group Finance (curate)').waitFor();
    await page.getByText(/^\d+ records? sealed/).waitFor();

    const rows = page.getByRole('group', { name: 'Audit log' }).locator('tbody tr');
    await page.getByRole('link', { name: 'Finance' }).first().click();
    await page.getByText('about Finance').waitFor();
    await expect.poll(() => rows.count(), slow).toBe(3);
    expect(page.url()).toContain(`object_id=${group.id}`);
    await page.getByLabel('What was done').selectOption('Member added');
    await expect.poll(() => rows.count(), slow).toBe(1);
    expect(await rows.first().innerText()).toContain(`added ${person.username} to the group Finance`);

    await page.reload();
    await expect.poll(() => rows.count(), slow).toBe(1);
    await page.getByRole('link', { name: 'Remove this filter' }).click();
    await page.getByLabel('What was done').selectOption('Everything');
    await page.getByLabel('From').fill('2031-01-01');
    await page.getByText('No record matches.').waitFor();
  });

  it('turns its pages, and comes as a file that holds what was filtered', async () => {
    const { admin } = server();
    for (let n = 0; n < 55; n += 1) await admin.client.post('/api/admin/groups', { name: `Number ${n}` });
    const profile = await open({ url: server().url, as: admin });
    const page = await profile.visit('/admin/audit?action=group.created');
    await page.getByText('created the group Number 54').waitFor();
    await page.getByRole('link', { name: 'Older' }).click();
    await page.getByText('created the group Number 0', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Newest' }).click();
    await page.getByText('created the group Number 54').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('perdure-audit.csv');
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toContain('Number 3');
    expect(text).not.toContain('user.created');
  });

  it('is reached from a person, and says to others whom it is for', async () => {
    const person = await server().person();
    const profile = await open({ url: server().url, as: server().admin });
    const page = await profile.visit('/admin/users');
    await page.getByRole('button', { name: `Actions for ${person.username}` }).click();
    await page.getByRole('menuitem', { name: 'Audit log of this person' }).click();
    await page.getByText(`created the user ${person.username} as member`).waitFor();
    const other = await open({ url: server().url, as: person });
    const closed = await other.visit('/admin/audit');
    await closed.getByText('This page is for administrators.').waitFor();
    expect(other.count('GET', /^\/api\/admin\//)).toBe(0);
  });
});
