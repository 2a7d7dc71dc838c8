import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';
import { expectAccessible } from './accessible.ts';
import { inBrowser } from './in-browser.ts';
import { SessionWindow } from './session-window.ts';

const answer = `## Days off

Everybody has **thirty days** a year.

- Ask your team.
- Put it in the calendar.

| Kind | Days |
| --- | ---: |
| Holiday | 30 |

${'What is left can be taken until the end of March. '.repeat(12)}`;

inBrowser('the accessibility tree of an answer', (open) => {
  const server = sharedServer({ withModel: true });

  it('holds what was said so far as it stands on the page, and announces its beginning and its end alone', async () => {
    server().model.always({ text: answer, pieceDelayMs: 60 });
    const profile = await open({ url: server().url, as: server().admin });
    const page = await profile.visit('/');
    await page.getByRole('main').getByRole('button', { name: 'New session' }).click();
    const session = new SessionWindow(page);
    await session.page.getByText('What would you like to know?').waitFor();
    await listen(page);
    await session.ask('How many days?');
    const article = page.getByRole('article', { name: 'Question and answer' });
    await article.getByText('What is left').waitFor();

    const tree = await article.ariaSnapshot();
    expect(tree).toContain('You wrote: How many days?');
    expect(tree).toMatch(/- heading "Days off" \[level=\d\]/);
    expect(tree).toMatch(/- list:\s+- listitem: Ask your team\./);
    expect(tree).toMatch(/- columnheader "Kind"/);
    expect(tree, 'nothing in it speaks by itself').not.toMatch(/- (alert|log|status)/);
    expect(await article.locator('[aria-live]').count()).toBe(0);
    expect(await spoken(page), 'while it streams').toEqual(['Answering.']);
    await expectAccessible(page, 'a streaming answer');

    await article.getByRole('button', { name: 'Answer again' }).waitFor();
    await waitFor('the answer is said', async () => (await spoken(page)).length === 2);
    expect((await spoken(page))[1]).toMatch(/^Answer: .*thirty days/s);
  });
});

/** Notes each text that a live region takes. */
const listen = (page: Page) =>
  page.evaluate(`(() => {
    window.spoken = [];
    for (const region of document.querySelectorAll('[aria-live="polite"].sr-only')) {
      const note = () => { if (region.textContent !== '') window.spoken.push(region.textContent); };
      new MutationObserver(note).observe(region, { childList: true, characterData: true, subtree: true });
    }
  })()`);

const spoken = (page: Page) => page.evaluate<string[]>('window.spoken');
