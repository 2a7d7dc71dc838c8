import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { newGroup } from '../groups.ts';
import { ask } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { givenServer } from './given-server.ts';
import { inBrowser } from './in-browser.ts';

const section = (page: Page, name: string) => page.getByRole('region', { name });
const table = (page: Page, name: string) => page.getByRole('group', { name, exact: true });

async function givenUse() {
  const server = await givenServer({ withModel: true });
  const person = await server.person();
  const group = await newGroup(server.admin, [person], '=Finance');
  const { session_id } = await openSession(person);
  await ask(person, session_id, 'Which gate is open?');
  await ask(person, session_id, 'And the other?');
  return { server, person, group };
}

inBrowser('the page of use', (open) => {
  it('shows a chart, its table and its file, by what and of which days the address says', async () => {
    const { server, person, group } = await givenUse();
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/usage');
    const turns = section(page, 'Turns');
    await turns.getByRole('img', { name: 'Turns. In all: Answered: 2, Failed: 0, Stopped: 0.' }).waitFor();
    expect(await page.getByRole('main').innerText()).not.toContain('gate');

    await page.getByRole('combobox', { name: 'Rows' }).selectOption('group');
    await page.waitForURL(/by=group/);
    await page.reload();
    await section(page, 'Turns').getByText('Table', { exact: false }).click();
    await table(page, 'Turns').getByRole('row', { name: '=Finance 2 0 0' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV of Turns' }).click(),
    ]);
    const file = await readFile(await download.path(), 'utf8');
    expect(file).toContain(`"${group.id}","'=Finance","2","0","0"`);
    expect(file).not.toContain(person.username);

    await table(page, 'Turns').getByRole('link', { name: '=Finance' }).click();
    await page.getByRole('button', { name: /group: =Finance/ }).waitFor();
    expect(new URL(page.url()).searchParams.get('group_id')).toBe(group.id);
    await page.getByRole('combobox', { name: 'Range' }).selectOption('7');
    await page.waitForURL(/from=/);
    // The table stays open.
    await waitFor('a row of each day', async () => (await table(page, 'Turns').getByRole('row').count()) === 2 + 7);
  });

  it('has no cost until prices are set, and then the cost of the tokens', async () => {
    const { server } = await givenUse();
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/usage');
    await section(page, 'Cost').getByText('Nothing is estimated.').waitFor();
    await section(page, 'Cost').getByRole('button', { name: 'Set prices' }).click();
    await page.getByLabel('Tokens read').fill('1000000');
    await page.getByRole('button', { name: 'Save prices' }).click();
    await page.getByText('Enter both prices of').waitFor();
    await page.getByLabel('Tokens written').fill('0');
    await page.getByRole('button', { name: 'Save prices' }).click();
    await section(page, 'Cost')
      .getByRole('img', { name: /Cost\. In all: Cost: €\d/ })
      .waitFor();
    await page.goto(new URL('/admin/audit', server.url).href);
    await page
      .getByRole('cell', { name: /set the prices of models in EUR/ })
      .first()
      .waitFor();
  });
});
