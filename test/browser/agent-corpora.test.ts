import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { newCorpus } from '../documents.ts';
import { sharedServer } from '../shared-server.ts';
import { confirm } from './confirm.ts';
import { inBrowser } from './in-browser.ts';

const picker = (page: Page) => page.getByRole('button', { name: /^Search in:/ });
const beginSession = (page: Page) => page.getByRole('button', { name: 'New session' }).first().click();

inBrowser('the corpora of an agent', (open) => {
  const server = sharedServer();

  it('are set by an administrator, and a session begins with them and says so; nothing stands in for deleted ones', async () => {
    const { admin } = server();
    const [person, corpus] = [await server().person(), await newCorpus(admin, 'House rules')];
    await newCorpus(admin, 'Charts');
    const page = await (await open({ url: server().url, as: admin })).visit('/');
    await page.getByRole('link', { name: 'Agents' }).click();
    await page.getByText('Sessions begin with: all corpora').waitFor();
    await page.getByRole('link', { name: 'Librarian' }).click();
    await page.getByRole('radio', { name: 'Only these' }).check();
    await page.getByRole('checkbox', { name: 'House rules' }).check();
    const save = () => page.getByRole('button', { name: 'Save as a new version' }).click();
    await save();
    await page.getByRole('link', { name: 'Versions (2)' }).waitFor();
    await page.getByRole('link', { name: 'All agents' }).click();
    await page.getByText('Sessions begin with: House rules').waitFor();

    const theirs = await (await open({ url: server().url, as: person })).visit('/knowledge');
    await beginSession(theirs);
    await picker(theirs).getByText('House rules').click();
    await theirs.getByText('As set for Librarian, answers are drawn from').waitFor();
    await theirs.getByRole('checkbox', { name: 'Charts' }).check({ force: true });
    await theirs.getByText('As set for Librarian').waitFor({ state: 'detached' });
    await theirs.getByRole('checkbox', { name: 'All corpora I may read' }).check({ force: true });
    await picker(theirs).getByText('All corpora').waitFor();
    await theirs.keyboard.press('Escape');

    await page.goto(`/knowledge/${corpus.id}`);
    await page.getByRole('button', { name: 'More about this corpus' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await confirm(page, 'Delete corpus');
    await beginSession(theirs);
    await picker(theirs).getByText('No corpus').click();
    await theirs.getByText('What is set for Librarian is archived, deleted or not yours to read.').waitFor();
    await theirs.getByRole('checkbox', { name: 'Charts' }).check({ force: true });
    await picker(theirs).getByText('Charts').waitFor();

    await page.goto('/admin/agents');
    await page.getByText('Deleted: 1 corpus.').waitFor();
    await page.getByText('Sessions begin with: no corpus').waitFor();
    await page.getByRole('link', { name: 'Librarian' }).click();
    await page.getByText('Choose a corpus, or all.').waitFor();
    await page.getByRole('radio', { name: 'All that the person may read' }).check();
    await save();
    await page.getByRole('link', { name: 'Versions (3)' }).waitFor();
    await page.getByRole('link', { name: 'All agents' }).click();
    await page.getByText('Sessions begin with: all corpora').waitFor();
    expect(await page.getByText('Deleted:').count()).toBe(0);
  });

  it('are an administrator’s page, which says so to others', async () => {
    const profile = await open({ url: server().url, as: await server().person('curator') });
    const page = await profile.visit('/admin/agents');
    await page.getByText('This page is for administrators.').waitFor();
    expect(profile.count('GET', /^\/api\/admin\//)).toBe(0);
  });
});
