import { expect, it, onTestFinished } from 'vitest';
import { TcpProxy } from '../faults/tcp-proxy.ts';
import { openSession, type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { answerOf, logOf, stateOf, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { givenServer } from './given-server.ts';
import { inBrowser } from './in-browser.ts';
import type { Profile } from './profile.ts';
import { SessionWindow } from './session-window.ts';

/** A word each 60 ms: long enough to break things in the middle of it. */
const slow = { pieceDelayMs: 60, tokens: 70, continues: true };

/** The same without an end, until the model is told to finish. */
const endless = { ...slow, tokens: 10_000 };

const cutAfter = (said: string) => (said.startsWith('GET /api/feed') ? { bytes: 2_311 } : undefined);

inBrowser('an answer that streams', (open) => {
  const server = sharedServer({ withModel: true });

  it('goes on by itself after kill -9 and a start: nothing shown goes away, nothing is reloaded', async () => {
    const own = await givenServer({ withModel: true });
    own.model.always({ ...slow, seed: 11 });
    const person = await own.person();
    const profile = await open({ url: own.url, as: person });
    const { window, sessionId, turnId } = await askSlowly(profile, person);
    await own.killAndStartAgain();
    await window.page.getByRole('article').getByText('Continued after a restart').waitFor();
    await expectWhole(window, person, sessionId, turnId);
    // This model cannot go on from half a text: the new attempt replaces it, and until its first piece the old text stays.
    const shown = (await window.recordedAnswer()).slice(1);
    const whole = await window.answerText();
    expect(shown.length).toBeGreaterThan(2);
    for (const text of shown) expect(text !== '' && whole.startsWith(text), `“${text}” was shown`).toBe(true);
  });

  it('is the same to the letter in a second tab, and after a reload in the middle of it', async () => {
    server().model.always({ ...endless, seed: 12 });
    const person = await server().person();
    const profile = await open({ url: server().url, as: person });
    const { window, sessionId, turnId } = await askSlowly(profile, person);
    const second = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await second.untilAnswer('the second tab shows text', (text) => text.length > 20);
    await second.recordAnswer();
    const before = await window.answerText();
    await window.page.reload();
    const after = await window.untilAnswer('text after the reload', (text) => text.length > 0);
    expect(after.startsWith(before)).toBe(true);
    await window.recordAnswer();
    server().model.finish();
    await expectWhole(window, person, sessionId, turnId);
    await expectWhole(second, person, sessionId, turnId);
    expectOnlyGrown(await window.recordedAnswer());
    expectOnlyGrown(await second.recordedAnswer());
  });

  it('goes on after the network was away: what was missed comes, in order and once', async () => {
    server().model.always({ ...endless, seed: 13 });
    const person = await server().person();
    const profile = await open({ url: server().url, as: person });
    const { window, sessionId, turnId } = await askSlowly(profile, person);
    await profile.context.setOffline(true);
    const kept = await window.answerText();
    const offlineAt = performance.now();
    await waitFor('5 s without a network', () => performance.now() - offlineAt > 5000);
    expect((await window.answerText()).startsWith(kept)).toBe(true);
    await profile.context.setOffline(false);
    await window.untilAnswer('what was missed', (text) => text.length > kept.length);
    server().model.finish();
    await expectWhole(window, person, sessionId, turnId);
    expectOnlyGrown(await window.recordedAnswer());
  });

  it('is whole after a connection that is cut again and again', async () => {
    const own = await givenServer({ withModel: true });
    const proxy = await TcpProxy.start(own.url, { cutAfter });
    onTestFinished(() => proxy.close());
    own.model.always({ ...endless, pieceDelayMs: 30, seed: 14 });
    const person = await own.person();
    const profile = await open({ url: proxy.url, as: person });
    const { window, sessionId, turnId } = await askSlowly(profile, person);
    await waitFor('several cuts', () => proxy.cuts > 3);
    own.model.finish();
    await expectWhole(window, person, sessionId, turnId);
    expectOnlyGrown(await window.recordedAnswer());
  });

  it('stopped in one tab stops in the other in about a second, and the text so far stays', async () => {
    server().model.always({ ...endless, seed: 15 });
    const person = await server().person();
    const profile = await open({ url: server().url, as: person });
    const { window, sessionId, turnId } = await askSlowly(profile, person);
    const second = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await second.untilAnswer('the second tab shows text', (text) => text.length > 20);
    const stop = second.page.getByRole('button', { name: 'Stop answering' });
    await stop.click();
    const stoppedAt = performance.now();
    await window.page.getByRole('article').getByText('Answer stopped', { exact: true }).waitFor();
    expect(performance.now() - stoppedAt).toBeLessThan(2000);
    const log = await untilEnded(person, sessionId, turnId);
    expect(stateOf(log, turnId)?.state).toBe('cancelled');
    const kept = answerOf(log, turnId);
    expect(kept).toMatchObject({ partial: true });
    for (const each of [window, second]) {
      await each.untilAnswer('the partial text', (text) => text === kept?.text.trim());
      expect(await each.page.getByRole('button', { name: /Stop/ }).count()).toBe(0);
    }
    expectOnlyGrown(await window.recordedAnswer());
  });
});

/** A session open in a window, with an answer that has begun. */
async function askSlowly(profile: Profile, person: Person) {
  const { session_id: sessionId } = await openSession(person);
  const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
  await window.ask('What does the store keep?');
  await window.recordAnswer();
  await window.untilAnswer('the first words', (text) => text.length > 30);
  const [first] = await logOf(person, sessionId);
  return { window, sessionId, turnId: first?.turn_id ?? '' };
}

/** The page ends up with exactly the text of the log. */
async function expectWhole(window: SessionWindow, person: Person, sessionId: string, turnId: string): Promise<void> {
  const log = await untilEnded(person, sessionId, turnId);
  const stored = answerOf(log, turnId)?.text.trim();
  expect(stateOf(log, turnId)?.state).toBe('done');
  await window.untilAnswer('the whole answer', (text) => text === stored);
}

/** No text on the page was ever taken back: each is a beginning of all that follow. */
function expectOnlyGrown(texts: string[]): void {
  expect(texts.length).toBeGreaterThan(1);
  for (const [index, text] of texts.entries()) {
    if (index > 0)
      expect(text.startsWith(texts[index - 1] ?? ''), `after “${texts[index - 1]}” came “${text}”`).toBe(true);
  }
}
