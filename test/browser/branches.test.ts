import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, logOf } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

inBrowser('versions of messages and answers', (open) => {
  const server = sharedServer({ withModel: true });

  /** A session of one person with two answered messages, open in two windows. */
  async function givenWindows() {
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    for (const [text, answer] of [
      ['Which colour is the gate?', 'Blue, mostly.'],
      ['And the door?', 'The door is red.'],
    ] as const) {
      server().model.next({ text: answer });
      await ask(person, sessionId, text);
    }
    const profile = await open({ url: server().url, as: person });
    const windows = [
      new SessionWindow(await profile.visit(`/sessions/${sessionId}`)),
      new SessionWindow(await profile.visit(`/sessions/${sessionId}`)),
    ] as const;
    for (const { page } of windows) await page.getByText('The door is red.').waitFor();
    return { person, sessionId, profile, windows };
  }

  it('an answer is given again once, however often that is asked for, and both windows lead from one to the other', async () => {
    const { person, sessionId, windows } = await givenWindows();
    const [{ page }, other] = windows;
    server().model.next({ text: 'The door is green.' });
    await page.getByRole('button', { name: 'Answer again' }).last().dblclick();
    for (const window of windows) {
      await window.untilAnswer('the other answer', (text) => text.includes('green'));
      await versions(window.page, 'answer').getByText('2 of 2').waitFor();
      await expect.poll(() => window.messages.count()).toBe(2);
    }
    const asked = (await logOf(person, sessionId)).filter((event) => event.type === 'user_message');
    expect(asked).toHaveLength(3);

    await arrow(page, 'Previous', 'answer').focus();
    await page.keyboard.press('Enter');
    await page.getByText('The door is red.').waitFor();
    await versions(page, 'answer').getByText('1 of 2').waitFor();
    const focused = () => page.evaluate<string>('document.activeElement?.getAttribute("aria-label") ?? ""');
    expect(await focused(), 'the arrow keeps the focus').toBe('Previous version of this answer');
    await page.getByText('This is an earlier version of the session.').waitFor();
    expect(await other.answerText(), 'which branch is shown is each window’s own').toContain('green');

    await page.reload();
    await page.getByText('The door is red.').waitFor();
    await page.getByRole('button', { name: 'Show the newest' }).click();
    await page.getByText('The door is green.').waitFor();
  });

  it('a message is edited where it stands; what is typed survives a reload, and what was said stays beside it', async () => {
    const { sessionId, person, windows } = await givenWindows();
    const [{ page, messages }, other] = windows;
    await page.getByRole('button', { name: 'Edit message' }).first().click();
    const area = page.getByRole('textbox', { name: 'Edited message' });
    await area.fill('Which colour is the fence?');
    await page.reload();
    expect(await area.inputValue()).toBe('Which colour is the fence?');
    server().model.next({ text: 'The fence is white.', pieceDelayMs: 30 });
    await area.press('Enter');
    await windows[0].untilAnswer('the answer to it', (text) => text === 'The fence is white.');
    await versions(page, 'message').getByText('2 of 2').waitFor();
    expect(await messages.count()).toBe(1);
    await versions(other.page, 'message').getByText('1 of 2').waitFor();
    expect(await other.messages.count(), 'nothing goes away under a reader').toBe(2);
    await other.page.getByText('This is an earlier version of the session.').waitFor();

    await arrow(page, 'Previous', 'message').click();
    await page.getByText('The door is red.').waitFor();
    expect(await messages.count()).toBe(2);
    server().model.next({ text: 'Of oak.' });
    await new SessionWindow(page).ask('What is it made of?');
    for (const window of windows) {
      await window.untilAnswer('the answer in the old branch', (text) => text === 'Of oak.');
      expect(await window.messages.count()).toBe(3);
    }
    const said = (await logOf(person, sessionId)).flatMap((event) => (event.type === 'user_message' ? [event] : []));
    expect(said.at(-1)).toMatchObject({ text: 'What is it made of?', parent_turn_id: said[1]?.turn_id });
  });

  it('of an edit in one window and a message in the other nothing is lost', async () => {
    const { person, sessionId, windows } = await givenWindows();
    const [{ page }, other] = windows;
    await page.getByRole('button', { name: 'Edit message' }).first().click();
    await page.getByRole('textbox', { name: 'Edited message' }).fill('And the wall?');
    await other.composer.fill('And the roof?');
    await Promise.all([
      page.getByRole('textbox', { name: 'Edited message' }).press('Enter'),
      other.composer.press('Enter'),
    ]);
    const texts = await waitFor('both messages', async () => {
      const log = await logOf(person, sessionId);
      const said = log.flatMap((event) => (event.type === 'user_message' ? [event] : []));
      return said.length === 4 && said;
    });
    const [, door] = texts;
    const roof = texts.find(({ text }) => text === 'And the roof?');
    const wall = texts.find(({ text }) => text === 'And the wall?');
    expect(roof?.parent_turn_id).toBe(door?.turn_id);
    expect(wall?.parent_turn_id).toBeNull();
    for (const window of windows) await versions(window.page, 'message').getByText('of 2').waitFor();
  });

  it('an edit that waits in one window takes nothing from what is read in the other, and a message there goes on from it', async () => {
    const { person, sessionId, profile, windows } = await givenWindows();
    const [{ page }, other] = windows;
    await profile.context.setOffline(true);
    await page.getByRole('button', { name: 'Edit message' }).first().click();
    await page.getByRole('textbox', { name: 'Edited message' }).fill('And the wall?');
    await page.getByRole('textbox', { name: 'Edited message' }).press('Enter');
    await page.getByText('Not sent yet: no connection').filter({ visible: true }).first().waitFor();
    await other.ask('And the roof?');
    await other.page.getByText('Not sent yet: no connection').filter({ visible: true }).first().waitFor();
    expect(await other.answerText()).toBe('The door is red.');
    expect(await other.page.getByText('And the wall?').count()).toBe(0);

    await profile.context.setOffline(false);
    const said = await waitFor('both messages', async () => {
      const log = await logOf(person, sessionId);
      const all = log.flatMap((event) => (event.type === 'user_message' ? [event] : []));
      return all.length === 4 && all;
    });
    const roof = said.find(({ text }) => text === 'And the roof?');
    expect(roof?.parent_turn_id).toBe(said[1]?.turn_id);
    profile.forgive(/ERR_INTERNET_DISCONNECTED|Failed to fetch|ApiError/);
  });

  it('a fork goes on by itself in a new session, which begins as the branch up to an answer', async () => {
    const { sessionId, windows } = await givenWindows();
    const [{ page }, other] = windows;
    await page.getByRole('button', { name: 'Go on from here in a new session' }).first().dblclick();
    await page.getByRole('link', { name: 'Which colour is the gate? (copy)' }).waitFor();
    expect(page.url()).not.toContain(sessionId);
    const fork = new SessionWindow(page);
    await fork.untilAnswer('the copied answer', (text) => text === 'Blue, mostly.');
    server().model.next({ text: 'And green.' });
    await fork.ask('And behind it?');
    await fork.untilAnswer('the next answer', (text) => text === 'And green.');
    expect(await fork.messages.count()).toBe(2);
    await other.page.getByRole('link', { name: 'Which colour is the gate? (copy)' }).waitFor();
    expect(await other.answerText()).toBe('The door is red.');
    expect(await page.getByRole('link', { name: '(copy)' }).count(), 'made once').toBe(1);
  });
});

const arrow = (page: Page, which: 'Previous' | 'Next', what: 'message' | 'answer') =>
  page.getByRole('button', { name: `${which} version of this ${what}` });
const versions = (page: Page, what: 'message' | 'answer') =>
  page.getByRole('group', { name: `Versions of this ${what}` });
