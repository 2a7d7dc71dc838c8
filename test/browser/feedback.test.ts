import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { inBrowser } from './in-browser.ts';

inBrowser('feedback on an answer', (open) => {
  const server = sharedServer({ withModel: true });

  it('is given with a reason, is in every window at once and after a reload, and is taken back', async () => {
    server().model.always({ text: 'Blue, mostly.' });
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    await ask(person, sessionId, 'Which colour is the gate?');
    const profile = await open({ url: server().url, as: person });
    const page = await profile.visit(`/sessions/${sessionId}`);
    const other = await profile.visit(`/sessions/${sessionId}`);
    const down = (window: typeof page, pressed: boolean) =>
      window.getByRole('button', { name: 'Bad answer', pressed }).waitFor();
    await down(other, false);

    await page.getByRole('button', { name: 'Bad answer' }).click();
    await page.getByLabel('Why? You need not say.').fill('It is green.');
    await down(other, true);
    await page.getByRole('button', { name: 'Save' }).click();
    for (const window of [page, other]) await window.getByText('Your reason: “It is green.”').waitFor();

    await page.reload();
    await page.getByText('Your reason: “It is green.”').waitFor();
    await page.getByRole('button', { name: 'Good answer' }).click();
    await page.getByText('Thank you, this is noted.').waitFor();
    await down(other, false);
    expect(await other.getByText('Your reason').count()).toBe(0);
    await page.getByRole('button', { name: 'Good answer' }).click();
    await other.getByRole('button', { name: 'Good answer', pressed: false }).waitFor();
    await page.getByRole('button', { name: 'Good answer', pressed: false }).waitFor();
  });

  it('that cannot be stored says so, and is not shown as given', async () => {
    server().model.always({ text: 'Blue, mostly.' });
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    await ask(person, sessionId, 'Which colour is the gate?');
    const profile = await open({ url: server().url, as: person });
    const page = await profile.visit(`/sessions/${sessionId}`);
    await page.getByRole('button', { name: 'Good answer' }).waitFor();
    await profile.context.route(/\/feedback$/, (route) => route.abort('connectionreset'));
    await page.getByRole('button', { name: 'Good answer' }).click();
    await page.getByRole('alert').getByText('Your rating was not saved:').waitFor();
    await page.getByRole('button', { name: 'Good answer', pressed: false }).waitFor();
    profile.forgive(/^console: .*/s);
  });
});
