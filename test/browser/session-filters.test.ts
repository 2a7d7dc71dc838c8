import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { rowOf } from './admin-window.ts';
import { confirm } from './confirm.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('the filters of the administrator’s list', (open) => {
  const server = sharedServer({ withModel: true });

  it('stand in the address, hold after a reload, and narrow what is exported', async () => {
    const person = await server().person();
    const [failed, fine] = [await openSession(person), await openSession(person)];
    server().model.next({ status: 401 });
    await ask(person, failed.session_id, 'Will this work?');
    await ask(person, fine.session_id, 'And this?');

    const profile = await open({ url: server().url, as: server().admin });
    const page = await profile.visit('/admin/sessions');
    await rowOf(page, fine.session_id).line.waitFor();
    await page.getByLabel('Status').selectOption('Failed');
    await rowOf(page, fine.session_id).line.waitFor({ state: 'detached' });
    await page.getByLabel('Search by title or username').fill(person.username);
    await page.waitForURL(new RegExp(`status=failed.*q=${person.username}|q=${person.username}.*status=failed`));
    await page.reload();
    const row = rowOf(page, failed.session_id);
    expect(await row.cell('State')).toContain('no answer');
    expect(await page.getByLabel('Search by title or username').inputValue()).toBe(person.username);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('perdure-sessions.csv');
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk));
    const lines = Buffer.concat(chunks).toString('utf8').trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(failed.session_id);
  });

  it('columns are left out in this browser, also after a reload', async () => {
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    const profile = await open({ url: server().url, as: server().admin });
    const page = await profile.visit(`/admin/sessions?username=${person.username}`);
    await rowOf(page, sessionId).line.waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Agent' }).click();
    await page.getByRole('columnheader', { name: 'Agent' }).waitFor({ state: 'detached' });
    await page.reload();
    await rowOf(page, sessionId).line.waitFor();
    const columns = await page.getByRole('columnheader').allInnerTexts();
    expect(columns).not.toContain('Agent');
    expect(columns).toContain('Username');
  });

  it('several sessions are closed together, and leave the list of the active ones', async () => {
    const person = await server().person();
    const opened = [await openSession(person), await openSession(person)];
    const profile = await open({ url: server().url, as: server().admin });
    const page = await profile.visit(`/admin/sessions?username=${person.username}`);
    for (const { session_id: id } of opened) await rowOf(page, id).line.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Close 2 selected' }).click();
    await confirm(page, 'Close 2 sessions');
    await page.getByText('No session matches.').waitFor();
    await page.getByRole('button', { name: `of ${person.username}` }).click();
    await page.waitForURL((url) => !url.search.includes('username'));
  });
});
