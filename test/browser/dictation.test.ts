import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';
import type { Profile } from './profile.ts';
import { SessionWindow } from './session-window.ts';

/** Stands in for the browser's own, which asks a service on the internet; `heard` and `fails` are what the person and the service do. */
const standIn = (isOnDevice: boolean) => `
  window.SpeechRecognition = class extends EventTarget {
    static available = async () => '${isOnDevice ? 'available' : 'unavailable'}';
    start() { window.recognition = this; }
    stop() { this.tell('end'); }
    abort() { this.tell('error', { error: 'aborted' }); this.tell('end'); }
    tell(type, more) { this.dispatchEvent(Object.assign(new Event(type), more)); }
  };
  window.heard = (...pieces) => window.recognition.tell('result', { results: pieces.map((transcript) => [{ transcript }]) });
  window.fails = (error) => { window.recognition.tell('error', { error }); window.recognition.tell('end'); };`;

inBrowser('dictation', (open) => {
  const server = sharedServer();

  async function given(profile: Profile, { isOnDevice }: { isOnDevice: boolean }) {
    await profile.context.addInitScript(standIn(isOnDevice));
    const { session_id: id } = await openSession(server().admin);
    const window = new SessionWindow(await profile.visit(`/sessions/${id}`));
    await window.composer.waitFor();
    return { window, page: window.page };
  }
  it('writes what is heard after what was written, and ends when one writes by hand', async () => {
    const profile = await open({ url: server().url, as: server().admin });
    const { window, page } = await given(profile, { isOnDevice: false });
    await window.composer.fill('Please tell me');
    await button(page, 'Dictate').click();
    await page.getByText('Listening, through your browser’s speech service…').waitFor();
    await page.evaluate("heard('where the')");
    await waitFor('the first words', async () => (await window.composer.inputValue()) === 'Please tell me where the');
    await page.evaluate("heard('where the key', ' is')");
    await waitFor('more', async () => (await window.composer.inputValue()) === 'Please tell me where the key is');
    await window.composer.press('End');
    await window.composer.pressSequentially('?');
    await button(page, 'Dictate').waitFor();
    await page.evaluate("heard('something late')");
    expect(await window.composer.inputValue()).toBe('Please tell me where the key is?');
  });

  it('says when nothing leaves the device, is stopped by its button, and says why it does not work', async () => {
    const profile = await open({ url: server().url, as: server().admin, viewport: { width: 360, height: 740 } });
    const { page } = await given(profile, { isOnDevice: true });
    await button(page, 'Dictate').click();
    await page.getByText('Listening, on this device…').waitFor();
    await button(page, 'Stop dictating').click();
    await page.getByText(/^Listening/).waitFor({ state: 'detached' });
    await button(page, 'Dictate').click();
    await button(page, 'Stop dictating').waitFor();
    await page.evaluate("fails('not-allowed')");
    await page.getByText('Your browser does not let this page use the microphone.').waitFor();
    await button(page, 'Dictate').waitFor();
  });

  it('is not offered where the browser cannot do it', async () => {
    const profile = await open({ url: server().url, as: server().admin });
    await profile.context.addInitScript('delete window.SpeechRecognition; delete window.webkitSpeechRecognition');
    const { session_id: id } = await openSession(server().admin);
    const window = new SessionWindow(await profile.visit(`/sessions/${id}`));
    await window.composer.waitFor();
    expect(await button(window.page, 'Dictate').count()).toBe(0);
  });
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
