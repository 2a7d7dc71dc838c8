import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';
import { noteShifts, sumOf, takeShifts } from './layout-shifts.ts';
import { richAnswer } from './rich-answer.ts';
import { SessionWindow } from './session-window.ts';

const turns = 70;

inBrowser('a long session', (open) => {
  const server = sharedServer({ withModel: true });

  it('shows its newest answer first, then draws the others above it, and moves nothing that is read', async () => {
    server().model.always({ text: richAnswer });
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    for (let n = 1; n <= turns; n++) await ask(person, sessionId, `Question ${n}`);
    const profile = await open({ url: server().url, as: person });
    await noteShifts(profile);
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await window.messages.getByText(`Question ${turns}`, { exact: false }).last().waitFor();
    expect(await window.messages.count()).toBeLessThan(turns);
    const read = window.messages.last();
    await window.page.mouse.move(700, 300);
    await window.page.mouse.wheel(0, -350);
    await window.page.getByRole('button', { name: 'Newest' }).waitFor();
    const place = async () => (await read.boundingBox())?.y ?? Number.NaN;
    let before = await place();
    await waitFor('the wheel stands still', async () => {
      const now = await place();
      const stands = now === before;
      before = now;
      return stands;
    });
    await takeShifts(window.page);
    const drawn = await window.messages.count();
    await waitFor('older turns are drawn', async () => (await window.messages.count()) >= Math.min(50, drawn + 10));
    // A scroll position is a whole number of the screen's dots, a place need not be.
    expect(Math.abs((await place()) - before)).toBeLessThan(1);
    expect(sumOf(await takeShifts(window.page))).toBeLessThanOrEqual(0.01);

    await waitFor('the beginning', async () => {
      await window.page.mouse.wheel(0, -3000);
      return window.page.evaluate<boolean>(
        `document.querySelector('[data-from-the-beginning]')?.parentElement.scrollTop < 5`,
      );
    });
    expect(await window.messages.count()).toBe(turns);
    expect(await window.messages.first().innerText()).toContain('Question 1');
    // Those far out of sight are neither laid out nor painted, and are found all the same.
    const resting = `[...document.querySelectorAll('article')].filter((turn) => !turn.checkVisibility({ contentVisibilityAuto: true })).length`;
    await waitFor('turns out of sight rest', async () => (await window.page.evaluate<number>(resting)) >= turns - 30);
    expect(await window.page.evaluate<boolean>(`globalThis.find('Question ${turns - 2}')`)).toBe(true);
    await window.page.getByRole('button', { name: 'Newest' }).click();
    await waitFor('the end', async () => ((await read.boundingBox())?.y ?? 9999) < 800);
    await window.ask('One more');
    await window.page.getByText('Question 70').waitFor();
    await waitFor('the new turn', async () => (await window.messages.count()) === turns + 1);
  });
});
