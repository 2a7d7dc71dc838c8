import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { expectAccessible } from './accessible.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('rules of retention', (open) => {
  const server = sharedServer();

  it('are set after a look at what would go; people see when theirs goes, and pin what they keep', async () => {
    const person = await server().person();
    const old = await openSession(person, { title: 'Long ago' });
    const recent = await openSession(person, { title: 'Plans' });
    const database = new DatabaseSync(server().databasePath, { timeout: 5_000 });
    const at = new Date(Date.now() - 20 * 86_400_000).toISOString();
    database.prepare('update user_sessions set last_activity = ? where session_id = ?').run(at, old.session_id);
    database.close();

    const page = await (await open({ url: server().url, as: server().admin })).visit('/admin/settings/retention');
    await page.getByRole('button', { name: 'Change: Sessions' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sessions' });
    await dialog.getByLabel('Days', { exact: true }).fill('10');
    await dialog.getByRole('button', { name: 'Save rule' }).click();
    await dialog.getByText('Look at what would go first').waitFor();
    await dialog.getByRole('button', { name: 'Show what would go now' }).click();
    await dialog.getByText('1 session would go now.').waitFor();
    await dialog.getByRole('row', { name: new RegExp(`${person.user.display_name} 1`) }).waitFor();
    await expectAccessible(page, 'what would go');
    await dialog.getByLabel('Yes, erase this for good').check();
    await dialog.getByRole('button', { name: 'Save rule' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Kept for 10 days after the last message.').waitFor();

    const own = await (await open({ url: server().url, as: person })).visit(`/sessions/${recent.session_id}`);
    await own.getByText(/^Kept until .+, then erased for good/).waitFor();
    const line = own.getByRole('listitem').filter({ hasText: 'Plans' });
    expect(await line.innerText()).toMatch(/Erased .+ unless it is used or pinned/);
    await own.getByText('Long ago').waitFor({ state: 'detached' });
    await line.hover();
    await line.getByRole('button', { name: 'Actions for Plans' }).click();
    await own.getByRole('menuitem', { name: 'Pin' }).click();
    await own.getByText(/^Kept until/).waitFor({ state: 'detached' });
  });
});
