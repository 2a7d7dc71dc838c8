import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { groupList } from '../../src/contract/access.ts';
import { answered } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { openSession } from '../given.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';
import { shareWith } from '../sharing.ts';
import { ask } from '../turns.ts';
import { inBrowser } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

/** With this set, pictures of each step are kept, and the folder is printed. */
const wantsPictures = process.env.KEEP_SCREENSHOTS !== undefined;

const looks = {
  light: {},
  dark: { colorScheme: 'dark' as const },
  phone: { viewport: { width: 360, height: 740 }, isPhone: true },
};

async function pictures(look: string) {
  const folder = wantsPictures ? await mkdtemp(join(tmpdir(), 'perdure-sharing-')) : '';
  if (wantsPictures) process.stderr.write(`Pictures: ${folder}\n`);
  return async (page: Page, name: string) => {
    if (wantsPictures) await page.screenshot({ path: join(folder, `${look}-${name}.png`) });
  };
}

inBrowser('a shared session', (open) => {
  const server = sharedServer({ withModel: true });

  /** A session of one person with an answer; another person, and a group of both. */
  async function given() {
    const [owner, guest] = [await server().person(), await server().person()];
    const group = await newGroup(server().admin, [owner, guest], `Harbour ${randomUUID().slice(0, 8)}`);
    const { session_id: sessionId } = await openSession(owner, { title: 'Gates' });
    server().model.next({ text: 'The gate is blue.' });
    await ask(owner, sessionId, 'Which colour is the gate?');
    return { owner, guest, group, sessionId };
  }

  for (const [look, options] of Object.entries(looks)) {
    it(`is shared in its menu, followed live, written in by both, and taken back at once: ${look}`, async () => {
      const { owner, guest, group, sessionId } = await given();
      const picture = await pictures(look);
      const isPhone = look === 'phone';
      const atGuest = await (await open({ url: server().url, as: guest, ...options })).visit('/account');
      const atOwner = new SessionWindow(
        await (await open({ url: server().url, as: owner, ...options })).visit(`/sessions/${sessionId}`),
      );
      const { page } = atOwner;
      await page.getByText('The gate is blue.').waitFor();
      const openMenu = async (of: Page) => {
        if (isPhone) await of.getByRole('button', { name: 'Open menu' }).click();
      };

      await openMenu(page);
      await page.getByRole('button', { name: 'Actions for Gates' }).click();
      await picture(page, 'menu');
      await page.getByRole('menuitem', { name: 'Share…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Share “Gates”' });
      await dialog.getByText('Nobody has it but you.').waitFor();
      await dialog.getByRole('combobox', { name: 'They' }).selectOption('can read and write');
      await dialog.getByRole('textbox', { name: 'Share with' }).fill(group.name.slice(0, 12));
      await dialog.getByRole('button', { name: group.name }).waitFor();
      await dialog.getByRole('textbox', { name: 'Share with' }).fill(guest.username);
      await picture(page, 'candidates');
      await dialog.getByRole('button', { name: guest.username }).click();
      await dialog.getByRole('status').getByText(`${guest.user.display_name} can read and write.`).waitFor();
      await dialog.getByText('has not read it yet').waitFor();
      await picture(page, 'shared');
      await dialog.getByRole('button', { name: 'Close' }).click();

      // The menu of a phone lies over the page.
      if (isPhone) await page.keyboard.press('Escape');
      await openMenu(atGuest);
      await atGuest.getByRole('link', { name: 'Gates' }).waitFor();
      await picture(atGuest, 'list of the guest');
      await atGuest.getByRole('link', { name: 'Gates' }).click();
      const asGuest = new SessionWindow(atGuest);
      await atGuest.getByText(`${owner.user.display_name} shared this session with you.`).waitFor();
      const here = `${guest.user.display_name} has this open now. Show who has access`;
      await page.getByRole('button', { name: here }).waitFor();

      server().model.next({ text: 'The door is red.' });
      await asGuest.ask('And the door?');
      for (const window of [atOwner, asGuest]) {
        await window.untilAnswer('the answer', (text) => text.includes('red'));
      }
      await page.getByText(`${guest.user.display_name} wrote:`).waitFor();
      await atGuest.getByText(`${owner.user.display_name} wrote:`).waitFor();
      expect(await atGuest.getByRole('button', { name: 'Edit message' }).count(), 'of one’s own alone').toBe(1);
      await picture(page, 'written by both');
      await picture(atGuest, 'session of the guest');

      await page.getByRole('button', { name: here }).click();
      await dialog.getByText('has it open now').waitFor();
      await picture(page, 'who has it');
      const level = dialog.getByRole('combobox', { name: `${guest.user.display_name} can read and write.` });
      await level.selectOption('can read');
      await atGuest.getByText('You can read it.').waitFor();
      await asGuest.composer.waitFor({ state: 'detached' });
      await picture(atGuest, 'read only');
      await dialog.getByRole('button', { name: `Share no more with ${guest.user.display_name}` }).click();
      await atGuest.getByText('This session does not exist, or it is not yours.').waitFor();
      await dialog.getByText('Nobody has it but you.').waitFor();
      await openMenu(atGuest);
      await atGuest.getByRole('link', { name: 'Gates' }).waitFor({ state: 'detached' });
    });
  }

  it('shared with a group comes into the list of all its members, and whoever was let in by name leaves it', async () => {
    const { owner, guest, group, sessionId } = await given();
    const page = await (await open({ url: server().url, as: guest })).visit('/account');
    await page.getByText('No sessions yet.').waitFor();
    await shareWith(owner, sessionId, { groupId: group.id }, 'read');
    await page.getByRole('link', { name: 'Gates' }).waitFor();
    await server().admin.client.delete(`/api/admin/groups/${group.id}/members/${guest.user.id}`);
    await page.getByRole('link', { name: 'Gates' }).waitFor({ state: 'detached' });
    await server().admin.client.put(`/api/admin/groups/${group.id}/members/${guest.user.id}`);
    await page.getByRole('link', { name: 'Gates' }).waitFor();
    await server().admin.client.delete(`/api/admin/groups/${group.id}/members/${guest.user.id}`);
    await shareWith(owner, sessionId, guest, 'read');
    await page.getByRole('link', { name: 'Gates' }).click();
    await page.getByRole('button', { name: 'Actions for Gates' }).click();
    await page.getByRole('menuitem', { name: 'Who has it…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Who has “Gates”' });
    await dialog.getByText(`${owner.user.display_name} owns this session`).waitFor();
    await dialog.getByRole('listitem').getByText('can read').first().waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Actions for Gates' }).click();
    await page.getByRole('menuitem', { name: 'Leave' }).click();
    await page.getByRole('button', { name: 'Leave session' }).click();
    await page.getByRole('link', { name: 'Gates' }).waitFor({ state: 'detached' });
    await expect.poll(() => new URL(page.url()).pathname).toBe('/');
  });

  it('shows of a document that is not open to the reader what the answer quoted, and says why there is no more', async () => {
    const [owner, guest] = [await server().person('curator'), await server().person()];
    const corpus = await newCorpus(owner, `Locks ${randomUUID()}`);
    const everyone = answered(await server().admin.client.get('/api/admin/groups?q=everyone'), 200, groupList).groups;
    await server().admin.client.delete(`/api/admin/groups/${everyone[0]?.id}/grants/corpus/${corpus.id}`);
    await untilRead(owner, await upload(owner, corpus.id, 'lock.md', '# Lock\n\nThe lock turns twice to the left.\n'));
    const { session_id: sessionId } = await openSession(owner, { corpora: [corpus.id] });
    server().model.next({ librarian: true, text: 'Twice to the left' }, { librarian: true, text: 'Twice to the left' });
    await ask(owner, sessionId, 'How does the lock turn?');
    await shareWith(owner, sessionId, guest, 'read');
    const page = await (await open({ url: server().url, as: guest })).visit(`/sessions/${sessionId}`);
    await new SessionWindow(page).chip(1).click();
    const source = page.getByRole('complementary', { name: 'Source' });
    await source.getByText('You cannot open this document: its corpus is not open to you.').waitFor();
    await source.getByText('The lock turns twice').waitFor();
    expect(await source.getByRole('link').count()).toBe(0);
  });
});
