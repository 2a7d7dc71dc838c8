import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { waitFor } from '../wait-for.ts';
import { inBrowser } from './in-browser.ts';
import { noteShifts, sumOf, takeShifts } from './layout-shifts.ts';
import { richAnswer } from './rich-answer.ts';
import { SessionWindow } from './session-window.ts';

const phone = { viewport: { width: 360, height: 740 }, isPhone: true };
const streamed = { text: richAnswer, pieceDelayMs: 20 };

inBrowser('an answer in Markdown', (open) => {
  const server = sharedServer({ withModel: true });

  it.each([
    ['a wide window', {}],
    ['a phone', phone],
  ])('moves nothing while it streams, in %s', async (_name, options) => {
    server().model.always(streamed);
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    const profile = await open({ url: server().url, as: person, ...options });
    await noteShifts(profile);
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await window.composer.waitFor();
    await window.ask('How much work is it?');
    await window.page.getByRole('button', { name: 'Copy answer' }).waitFor();
    const shifts = await takeShifts(window.page);
    console.info(`layout shifts: ${shifts.length}, together ${sumOf(shifts).toFixed(5)} ${JSON.stringify(shifts)}`);
    expect(sumOf(shifts), JSON.stringify(shifts, undefined, 1)).toBeLessThanOrEqual(0.01);
    const answer = window.answers.last();
    expect(await answer.locator('.katex').count()).toBe(4);
    expect(await answer.getByText('costs $5 to $6 an hour').count()).toBe(1);
    expect(await answer.locator('.hljs-keyword').count()).toBeGreaterThan(1);
    await expectInside(window.page);
  });

  it('leaves a reader who scrolled up where they are', async () => {
    server().model.always({ text: richAnswer });
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    await ask(person, sessionId, 'How much work is it?');
    server().model.always(streamed);
    const profile = await open({ url: server().url, as: person });
    await noteShifts(profile);
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    await window.untilAnswer('the first answer', (text) => text.includes('quarter of an hour'));
    await window.ask('And again?');
    await window.untilAnswer('the second answer', (text) => text.length > 20 && !text.includes('quarter'));
    const read = window.answers.first().getByText('Read the pointer.');
    await read.hover();
    await window.page.mouse.wheel(0, -300);
    await window.page.getByRole('button', { name: 'Newest' }).waitFor();
    const place = async () => (await read.boundingBox())?.y ?? Number.NaN;
    await waitFor('the wheel stands still', async () => {
      const then = await place();
      await window.page.waitForTimeout(200);
      return (await place()) === then;
    });
    await takeShifts(window.page);
    const before = await place();
    await window.untilAnswer('the end', (text) => text.includes('quarter of an hour'));
    await window.page.getByRole('button', { name: 'Copy answer' }).nth(1).waitFor();
    expect(before).toBeGreaterThan(0);
    expect(await place()).toBe(before);
    const shifts = await takeShifts(window.page);
    expect(sumOf(shifts), JSON.stringify(shifts, undefined, 1)).toBeLessThanOrEqual(0.001);
  });

  it('copies code, by its name, and lets a wide table scroll inside itself', async () => {
    const wide = `| ${Array.from({ length: 14 }, (_, n) => `column ${n}`).join(' | ')} |\n|${'---|'.repeat(14)}\n| ${'a cell | '.repeat(14)}\n`;
    server().model.always({ text: `\`\`\`ts\nconst one = 1;\n\n\`\`\`\n\n${wide}` });
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    await ask(person, sessionId, 'Code?');
    const profile = await open({ url: server().url, as: person, ...phone });
    await profile.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    const answer = window.answers.last();
    await answer.getByText('ts', { exact: true }).waitFor();
    await answer.getByRole('button', { name: 'Copy code' }).tap();
    await answer.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await window.page.evaluate('navigator.clipboard.readText()')).toBe('const one = 1;\n');
    await expectInside(window.page);
    const table = answer.getByRole('group', { name: 'Table' });
    expect(await hiddenWidthOf(table)).toBeGreaterThan(100);
  });

  it('draws hostile formulae harmlessly, in their own place, and shows what cannot be drawn as it was written', async () => {
    const text = [
      '$\\href{javascript:alert(1)}{press}$ $\\htmlId{root}{x}$ $\\includegraphics{https://elsewhere.example/x.png}$',
      '$$\\kern{-900em}\\rule{900em}{900em}$$',
      '$\\raisebox{-90em}{x}\\kern{-90em}y$ and $\\notacommand{x}$',
      '$\\def\\a{\\a\\a}\\a$',
      'Here it ends.',
    ].join('\n\n');
    server().model.always({ text });
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    await ask(person, sessionId, 'Formulae?');
    const profile = await open({ url: server().url, as: person });
    const window = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    const answer = window.answers.last();
    await answer.locator('.katex').first().waitFor();
    await answer.getByTitle('This formula cannot be drawn').first().waitFor();
    expect(await answer.locator('a, img, #root, [href], [src]').count()).toBe(0);
    expect(await answer.getByTitle('This formula cannot be drawn').allInnerTexts()).toEqual([
      '\\notacommand{x}',
      '\\def\\a{\\a\\a}\\a',
    ]);
    await expectInside(window.page);
  });

  it('shows what a citation leads to when it is pointed at or has the focus; a tap opens it', async () => {
    server().model.always({ librarian: true, text: 'The pump is tested every Monday' });
    const curator = await server().person('curator');
    const corpus = await newCorpus(curator, 'Pumps');
    await untilRead(
      curator,
      await upload(curator, corpus.id, 'pump.md', '# Pump log\n\nThe pump is tested on Mondays at six.\n'),
    );
    const { session_id: sessionId } = await openSession(curator);
    await ask(curator, sessionId, 'When is the pump tested?');
    const profile = await open({ url: server().url, as: curator });
    const { page, ...window } = new SessionWindow(await profile.visit(`/sessions/${sessionId}`));
    const chip = window.answers.last().getByRole('button', { name: 'Source 1: Pump log' });
    const preview = page.getByRole('tooltip');
    await chip.hover();
    await preview.waitFor();
    await waitFor('the preview', async () => (await preview.innerText()).includes('tested on Mondays at six'));
    expect(await preview.innerText()).toContain('Pump log');
    await page.keyboard.press('Escape');
    await preview.waitFor({ state: 'detached' });
    await page.mouse.move(5, 5);
    await page.getByRole('button', { name: 'Copy message' }).last().focus();
    await waitFor('the chip has the focus', async () => {
      await page.keyboard.press('Tab');
      return page.evaluate<boolean>('document.activeElement.ariaLabel?.startsWith("Source 1:") ?? false');
    });
    await preview.waitFor();
    expect(await chip.getAttribute('aria-describedby')).toBe(await preview.getAttribute('id'));
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Source' }).getByText('tested on Mondays at six').waitFor();
    expect(await preview.count()).toBe(0);

    const mobile = await open({ url: server().url, as: curator, ...phone });
    const small = new SessionWindow(await mobile.visit(`/sessions/${sessionId}`));
    await small.chip(1).tap();
    await small.page.getByRole('dialog').getByText('tested on Mondays at six').waitFor();
    expect(await small.page.getByRole('tooltip').count()).toBe(0);
  });
});

/** Nothing is wider than the window, but what scrolls inside itself. */
async function expectInside(page: Page): Promise<void> {
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  expect(await hiddenWidthOf(page.locator('main .prose').last())).toBeLessThanOrEqual(0);
}

/** How much of an element is to be scrolled to, in pixels. */
async function hiddenWidthOf(locator: Locator): Promise<number> {
  return locator.evaluate((element: unknown) => {
    const { scrollWidth, clientWidth } = element as { scrollWidth: number; clientWidth: number };
    return scrollWidth - clientWidth;
  });
}
