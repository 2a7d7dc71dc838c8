import { expect, it } from 'vitest';
import { openSession, type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { logOf } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';
import type { Profile } from './profile.ts';
import { SessionWindow } from './session-window.ts';

const turnsPath = /^\/api\/sessions\/[^/]+\/turns$/;

inBrowser('the composer', (open) => {
  const server = sharedServer();

  it('keeps its text through a reload, and a double Enter sends it once', async () => {
    const person = await server().person();
    const { window, sessionId, profile } = await openWindow(person);
    await window.composer.fill('A long thought\nin two lines');
    await window.page.reload();
    await waitFor(
      'the text is back',
      async () => (await window.composer.inputValue()) === 'A long thought\nin two lines',
    );
    await window.composer.focus();
    await Promise.all([window.page.keyboard.press('Enter'), window.page.keyboard.press('Enter')]);
    await window.answers.first().waitFor();
    expect(await sent(person, sessionId)).toEqual(['A long thought\nin two lines']);
    expect(await window.composer.inputValue()).toBe('');
    expect(profile.count('POST', turnsPath)).toBe(1);
    await window.page.reload();
    await window.answers.first().waitFor();
    expect(await window.composer.inputValue()).toBe('');
  });

  it('shows one’s own message once before, during and after the server has it', async () => {
    const person = await server().person();
    const { window, sessionId } = await openWindow(person);
    const arrived = Promise.withResolvers<void>();
    const mayGo = Promise.withResolvers<void>();
    await window.page.route(turnsRoute, async (route) => {
      arrived.resolve();
      await mayGo.promise;
      await route.continue();
    });
    await window.recordMessage('Only once, please');
    await window.ask('Only once, please');
    await arrived.promise;
    await window.page.getByText('Sending…').waitFor();
    mayGo.resolve();
    await window.answers.first().waitFor();
    expect(await window.recordedMessage()).toEqual([0, 1]);
    expect(await sent(person, sessionId)).toEqual(['Only once, please']);
  });

  it('sends again when the answer to it was lost, and the message is there once', async () => {
    const person = await server().person();
    const { window, sessionId, profile } = await openWindow(person, { withoutFeed: true });
    await window.page.route(
      turnsRoute,
      async (route) => {
        await route.fetch();
        await route.abort('connectionreset');
      },
      { times: 1 },
    );
    await window.recordMessage('Did it arrive?');
    await window.ask('Did it arrive?');
    await waitFor('a second try', () => profile.count('POST', turnsPath) >= 2);
    await window.page.getByText('Sent, waiting').waitFor();
    await profile.context.unroute(feedRoute);
    await window.answers.first().waitFor();
    expect(await sent(person, sessionId)).toEqual(['Did it arrive?']);
    expect(await window.recordedMessage()).toEqual([0, 1]);
  });

  it('keeps what is sent while the network is away, says so, and it arrives exactly once after', async () => {
    const person = await server().person();
    const { window, sessionId, profile } = await openWindow(person);
    await profile.context.setOffline(true);
    await window.recordMessage('From the tunnel');
    await window.ask('From the tunnel');
    const words = 'Not sent yet: no connection. It will be sent when the connection is back.';
    await window.page.getByRole('main').getByText(words).waitFor();
    expect(await sent(person, sessionId)).toEqual([]);
    await profile.context.setOffline(false);
    await window.answers.first().waitFor();
    expect(await sent(person, sessionId)).toEqual(['From the tunnel']);
    expect(await window.recordedMessage()).toEqual([0, 1]);
    await waitFor(
      'nothing is said to wait',
      async () => (await window.page.getByText(/Not sent yet|Sending/).count()) === 0,
    );
  });

  it('keeps the text of one tab when another tab of the session writes and sends', async () => {
    const person = await server().person();
    const { window, sessionId, profile } = await openWindow(person);
    const other = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await window.composer.fill('A long thought');
    await other.ask('A quick question');
    await window.answers.first().waitFor();
    await window.page.reload();
    await window.answers.first().waitFor();
    expect(await window.composer.inputValue()).toBe('A long thought');
    expect(await other.composer.inputValue()).toBe('');
    expect(await sent(person, sessionId)).toEqual(['A quick question']);
  });

  async function openWindow(
    person: Person,
    { withoutFeed = false } = {},
  ): Promise<{ profile: Profile; window: SessionWindow; sessionId: string }> {
    const { session_id: sessionId } = await openSession(person);
    const profile = await open({ url: server().url, as: person });
    // Else the feed shows the message, and there is nothing left to send.
    if (withoutFeed) await profile.context.route(feedRoute, (route) => route.abort('connectionreset'));
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await window.page.getByText('What would you like to know?').waitFor();
    return { profile, window, sessionId };
  }
});

const feedRoute = /\/api\/feed/;
const turnsRoute = '**/api/sessions/*/turns';

/** The messages the server has. */
async function sent(person: Person, sessionId: string): Promise<string[]> {
  const log = await logOf(person, sessionId);
  return log.flatMap((event) => (event.type === 'user_message' ? [event.text] : []));
}
