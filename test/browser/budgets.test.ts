import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { confirm } from './confirm.ts';
import { inBrowser } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

inBrowser('budgets', (open) => {
  const server = sharedServer({ withModel: true });

  it('an administrator sets everybody’s budget and a group’s, sees what is used, changes and removes them', async () => {
    const [admin, member] = [server().admin, await server().person()];
    const group = await newGroup(admin, [member], 'Finance');
    const profile = await open({ url: server().url, as: admin });
    const page = await profile.visit('/');
    await page.getByRole('link', { name: 'Budgets' }).click();

    await page.getByText('No limit for people without a budget of their own.').waitFor();
    await page.getByRole('button', { name: 'Set a budget' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Messages a day').fill('50');
    await dialog.getByLabel('Tokens a day').fill('20000');
    await dialog.getByRole('button', { name: 'Set budget' }).click();
    await page.getByText('50 messages and 20,000 tokens a day.').waitFor();

    await page.getByRole('button', { name: 'New budget' }).click();
    await dialog.getByLabel('Group').fill('nobody at all');
    await dialog.getByLabel('Messages a day').fill('5');
    await dialog.getByRole('button', { name: 'Set budget' }).click();
    await dialog.getByText('No group has the name nobody at all.').waitFor();
    await dialog.getByLabel('Group').fill('finance');
    await dialog.getByRole('button', { name: 'Set budget' }).click();
    const row = page.getByRole('row', { name: /Finance/ });
    await row.getByText('0 of 5').waitFor();

    await ask(member, (await openSession(member)).session_id, 'hello');
    await page.reload();
    await row.getByText('1 of 5').waitFor();
    await page.getByRole('button', { name: 'Actions for the budget of Finance' }).click();
    await page.getByRole('menuitem', { name: 'Change' }).click();
    expect(await dialog.getByLabel('Messages a day').inputValue()).toBe('5');
    await dialog.getByLabel('Messages a day').fill('');
    await dialog.getByRole('button', { name: 'Set budget' }).click();
    await dialog.getByText('To have no limit, remove the budget.').waitFor();
    await dialog.getByLabel('Messages a day').fill('1');
    await dialog.getByRole('button', { name: 'Set budget' }).click();
    await row.getByText('1 of 1').waitFor();

    await page.getByRole('button', { name: 'Actions for the budget of Finance' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await confirm(page, 'Remove budget');
    await row.waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Everybody' }).getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove budget' }).click();
    await page.getByText('No limit for people without a budget of their own.').waitFor();
    expect((await admin.client.get(`/api/admin/budgets/group/${group.id}`)).text).toContain('"own":null');
    profile.forgive(/^console: Failed to load resource: .*400/s);
  });

  it('a member is told when little is left, and a message beyond comes back to the composer with the reason', async () => {
    const member = await server().person();
    const limits = { turns_per_day: 6, tokens_per_day: null };
    await server().admin.client.put(`/api/admin/budgets/user/${member.user.id}`, limits);
    const { session_id } = await openSession(member);
    for (const text of ['one', 'two', 'three', 'four']) await ask(member, session_id, text);
    const profile = await open({ url: server().url, as: member });
    const window = new SessionWindow(await profile.visit(`/sessions/${session_id}`));
    await window.messages.nth(3).waitFor();
    expect(await window.page.getByText('are left today').count(), 'a third is enough').toBe(0);
    await window.ask('five');
    await window.page.getByText('1 of 6 messages are left today. They renew at').waitFor();
    await window.ask('six');
    await window.page.getByText('0 of 6 messages are left today.').waitFor();

    await window.ask('a question that must not be lost');
    const refusal = window.page
      .getByRole('alert')
      .filter({ hasText: 'Not sent: Your 6 messages for today are used up.' });
    await refusal.waitFor();
    expect(await refusal.innerText()).toMatch(/You can send again from \d{4}-\d\d-\d\d 00:00 UTC/);
    expect(await window.composer.inputValue()).toBe('a question that must not be lost');
    expect(await window.messages.count()).toBe(6);
    await window.page.reload();
    await window.messages.nth(5).waitFor();
    expect(await window.composer.inputValue(), 'after a reload').toBe('a question that must not be lost');

    await server().admin.client.put(`/api/admin/budgets/user/${member.user.id}`, { ...limits, turns_per_day: 7 });
    await window.composer.press('Enter');
    await window.messages.nth(6).waitFor();
    expect(await window.composer.inputValue()).toBe('');
    profile.forgive(/^console: Failed to load resource: .*429/s);
  });
});
