import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { everyoneGroupId } from '../../src/contract/access.ts';
import { openSession } from '../given.ts';
import { newGroup } from '../groups.ts';
import { newRegistrar } from '../registrar.ts';
import { sharedServer } from '../shared-server.ts';
import { shareWith } from '../sharing.ts';
import { expectAccessible } from './accessible.ts';
import { confirm } from './confirm.ts';
import { expectToFit } from './fits.ts';
import { inBrowser } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

/** With this set, pictures of each step are kept, and the folder is printed. */
const wantsPictures = process.env.KEEP_SCREENSHOTS !== undefined;

const looks = {
  light: {},
  dark: { colorScheme: 'dark' as const },
  phone: { viewport: { width: 360, height: 740 }, isPhone: true },
};

const picker = (page: Page) => page.locator('main').getByRole('button', { name: /^Agent:/ });
const lines = (page: Page) => page.getByRole('note');
async function choose(page: Page, agent: string): Promise<void> {
  await picker(page).click();
  await page.getByRole('menuitemradio', { name: agent }).click();
}

async function looking(look: string) {
  const folder = wantsPictures ? await mkdtemp(join(tmpdir(), 'perdure-agents-')) : '';
  if (wantsPictures) process.stderr.write(`Pictures: ${folder}\n`);
  return async (page: Page, name: string, within?: string) => {
    if (wantsPictures) await page.screenshot({ path: join(folder, `${look}-${name}.png`) });
    await expectToFit(page, `${name}, ${look}`);
    await expectAccessible(page, `${name}, ${look}`, within);
  };
}

inBrowser('the choice of an agent', (open) => {
  const server = sharedServer({ withModel: true });
  const admin = () => server().admin.client;
  let registrar: Awaited<ReturnType<typeof newRegistrar>>;
  beforeAll(async () => {
    registrar = await newRegistrar(server().admin);
  });
  const grantPath = (groupId: string) => `/api/admin/groups/${groupId}/grants/agent/${registrar.id}`;
  afterEach(async () => {
    await admin().put(grantPath(everyoneGroupId), { level: 'use' });
    await admin().put('/api/admin/agent-defaults', { everyone_agent_id: null, groups: [] });
  });

  for (const [look, options] of Object.entries(looks)) {
    it(`is made for a new session, changed in it for the next message, and seen in both windows: ${look}`, async () => {
      const person = await server().person();
      const lookAt = await looking(look);
      const profile = await open({ url: server().url, as: person, ...options });
      const page = await profile.visit('/');
      await picker(page).getByText('Librarian').waitFor();
      await picker(page).click();
      await page.getByText('Finds old records and says when they were made.').waitFor();
      await lookAt(page, 'agents to begin with', '[role=menu]');
      await page.getByRole('menuitemradio', { name: 'Registrar' }).click();
      await picker(page).getByText('Registrar').waitFor();
      await lookAt(page, 'start');
      await page.locator('main').getByRole('button', { name: 'New session' }).click();
      const one = new SessionWindow(page);
      await picker(page).getByText('Registrar').waitFor();
      server().model.next({ text: 'It is of 1970.' });
      await one.ask('How old is the oldest record?');
      await one.untilAnswer('the answer', (text) => text.includes('1970'));
      const other = await profile.visit(new URL(page.url()).pathname);
      const two = new SessionWindow(other);
      await other.getByText('It is of 1970.').waitFor();
      expect(await lines(other).count()).toBe(0);

      server().model.next({
        pieces: ['It is ', ...Array.from({ length: 60 }, () => 'very '), 'blue.'],
        pieceDelayMs: 50,
      });
      await one.ask('And its cover?');
      await one.untilAnswer('the beginning', (text) => text.startsWith('It is very'));
      await choose(page, 'Librarian');
      for (const each of [page, other]) {
        await picker(each).getByText('Librarian').waitFor();
        await lines(each).getByText('Librarian answers from here on').waitFor();
      }
      for (const window of [one, two]) await window.untilAnswer('the end', (text) => text.endsWith('blue.'));
      server().model.next({ text: 'Nobody knows.' });
      await two.ask('Who wrote it?');
      for (const window of [one, two]) await window.untilAnswer('the next answer', (text) => text === 'Nobody knows.');
      const asked = server()
        .model.requests.slice(-2)
        .map(({ body }) => JSON.stringify(body).includes(registrar.definition.instructions));
      expect(asked, 'what ran went on with its agent').toEqual([true, false]);
      expect(await lines(page).allInnerTexts()).toEqual(['Librarian answers from here on']);
      await lookAt(page, 'session');
      await other.reload();
      await lines(other).getByText('Librarian answers from here on').waitFor();
      const order = await other.locator('main').innerText();
      expect(order.indexOf('Librarian answers from here on')).toBeGreaterThan(order.indexOf('And its cover?'));
      expect(order.indexOf('Librarian answers from here on')).toBeLessThan(order.indexOf('Who wrote it?'));
      // The same message again is a question to whoever answers now.
      server().model.next({ text: 'It is of 1969.' });
      await choose(page, 'Registrar');
      await lines(page).nth(1).getByText('Registrar answers from here on').waitFor();
      await page.getByRole('button', { name: 'Answer again' }).last().click();
      await one.untilAnswer('another answer', (text) => text === 'It is of 1969.');
      expect(await lines(page).count(), 'the same agent answered all of this version').toBe(0);
    });

    it(`is offered to whoever may use the session’s agent no more: ${look}`, async () => {
      const [person, guest] = [await server().person(), await server().person()];
      const lookAt = await looking(look);
      const { session_id: sessionId } = await openSession(person, { agent_id: registrar.id });
      await shareWith(person, sessionId, guest, 'write');
      const page = await (await open({ url: server().url, as: person, ...options })).visit(`/sessions/${sessionId}`);
      await picker(page).getByText('Registrar').waitFor();
      const group = await newGroup(server().admin, [guest]);

      const atAdmin = await (await open({ url: server().url, as: server().admin, ...options })).visit('/admin/agents');
      await atAdmin.getByRole('button', { name: 'Who may use it: Registrar' }).click();
      const dialog = atAdmin.getByRole('dialog', { name: 'Who may use Registrar' });
      await dialog.getByRole('radio', { name: 'Everyone' }).waitFor();
      await dialog.getByRole('combobox', { name: 'Add a group' }).selectOption(group.name);
      await dialog.getByRole('button', { name: 'Add group' }).click();
      await dialog.getByRole('listitem').getByText(group.name).waitFor();
      await lookAt(atAdmin, 'who may use it');
      await dialog.getByRole('radio', { name: 'Only the groups below' }).click();
      await confirm(atAdmin, 'Only these groups');
      await expect.poll(() => dialog.getByRole('radio', { name: 'Only the groups below' }).isChecked()).toBe(true);

      await page.getByText('Registrar is not available to you. Another agent can answer your next message.').waitFor();
      await lookAt(page, 'taken away');
      const window = new SessionWindow(page);
      await window.ask('How old?');
      await page.getByText('Not sent: This agent is not available to you.').waitFor();
      expect(await window.composer.inputValue()).toBe('How old?');
      await page.getByRole('button', { name: 'Go on with Librarian' }).click();
      await page.getByText('Registrar is not available to you.').waitFor({ state: 'detached' });
      server().model.next({ text: 'Nobody knows.' });
      await window.composer.press('Enter');
      await window.untilAnswer('the answer', (text) => text === 'Nobody knows.');
      expect(await picker(page).count(), 'one agent is no choice').toBe(0);
      await page.goto('/');
      await page.locator('main').getByRole('button', { name: 'New session' }).waitFor();
      expect(await picker(page).count()).toBe(0);
      await dialog.getByRole('button', { name: `Remove ${group.name}` }).click();
      await dialog.getByText('No group is granted it: nobody can use it.').waitFor();
      await dialog.getByRole('radio', { name: 'Everyone' }).click();
      await dialog.getByText('No group is granted it by itself.').waitFor();
      await picker(page).getByText('Librarian').waitFor();
    });
  }

  it('is told to a guest as the owner’s, and not theirs to make', async () => {
    const [person, guest] = [await server().person(), await server().person()];
    const group = await newGroup(server().admin, [person]);
    await admin().put(grantPath(group.id), { level: 'use' });
    await admin().delete(grantPath(everyoneGroupId));
    const { session_id: sessionId } = await openSession(person, { agent_id: registrar.id });
    await shareWith(person, sessionId, guest, 'write');
    const page = await (await open({ url: server().url, as: guest })).visit(`/sessions/${sessionId}`);
    const owner = person.user.display_name;
    await page.getByText(`Registrar is not available to you. ${owner} can choose another agent, or an`).waitFor();
    expect(await picker(page).count()).toBe(0);
    await new SessionWindow(page).ask('How old?');
    await page.getByText('Not sent: The agent of this session is not available to you. Its owner can').waitFor();
  });

  it('begins with the default that administrators set for groups, in their order', async () => {
    const person = await server().person();
    const names = [`Archive ${randomUUID().slice(0, 8)}`, `Desk ${randomUUID().slice(0, 8)}`] as const;
    for (const name of names) await newGroup(server().admin, [person], name);
    const theirs = await (await open({ url: server().url, as: person })).visit('/');
    await picker(theirs).getByText('Librarian').waitFor();
    const page = await (await open({ url: server().url, as: server().admin })).visit('/admin/agents');
    const section = page.getByRole('region', { name: 'Default agents' });
    const add = async (name: string, agent: string) => {
      await section.getByRole('combobox', { name: 'Set a default for a group' }).selectOption(name);
      await section.getByRole('button', { name: 'Add group' }).click();
      await section.getByRole('combobox', { name: `Default agent of ${name}` }).selectOption(agent);
    };
    const save = async () => {
      await section.getByRole('button', { name: 'Save default agents' }).click();
      await section.getByRole('button', { name: 'Save default agents' }).waitFor({ state: 'detached' });
    };
    await add(names[1], 'Registrar');
    await add(names[0], 'Librarian');
    await (await looking('light'))(page, 'default agents');
    await save();
    await theirs.reload();
    await picker(theirs).getByText('Registrar').waitFor();
    await section.getByRole('button', { name: `Move ${names[0]} up` }).click();
    await save();
    await page.reload();
    const rows = section.getByRole('listitem');
    await rows.first().getByText(names[0]).waitFor();
    expect(await rows.allInnerTexts()).toHaveLength(3);
    await theirs.reload();
    await picker(theirs).getByText('Librarian').waitFor();
    await section.getByRole('button', { name: `Remove ${names[0]}` }).click();
    await section.getByRole('button', { name: 'Undo changes' }).click();
    await rows.first().getByText(names[0]).waitFor();
    await admin().delete(grantPath(everyoneGroupId));
    await page.reload();
    await section.getByText(`${names[1]} is not granted Registrar`).waitFor();
  });
});
