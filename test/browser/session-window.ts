import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../wait-for.ts';

/** The page of one session, as a person uses it. */
export class SessionWindow {
  readonly page: Page;
  readonly composer: Locator;
  /** What was written, sent or still on its way. */
  readonly messages: Locator;
  /** The text of answers. */
  readonly answers: Locator;

  constructor(page: Page) {
    this.page = page;
    this.composer = page.getByRole('textbox', { name: 'Message', exact: true });
    this.messages = page.locator('main p', { has: page.getByText('You wrote:') });
    this.answers = page.locator('main .prose');
  }

  async ask(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** The number in the newest answer that opens the passage it stands on. */
  chip(n: number): Locator {
    return this.answers.last().getByRole('button', { name: `Source ${n}:` });
  }

  /** The newest answer as it is on the page now; empty when there is none. */
  async answerText(): Promise<string> {
    const texts = await this.answers.allInnerTexts();
    return texts.at(-1)?.trim() ?? '';
  }

  async untilAnswer(what: string, holds: (text: string) => boolean): Promise<string> {
    return waitFor(what, async () => {
      const text = await this.answerText();
      return holds(text) && text;
    });
  }

  /** Notes every text the newest answer has from here on, whatever wakes the page up. */
  async recordAnswer(): Promise<void> {
    await this.page.evaluate(`(() => {
      globalThis.shownTexts = [];
      const note = () => {
        const text = [...document.querySelectorAll('main .prose')].at(-1)?.textContent.trim() ?? '';
        if (globalThis.shownTexts.at(-1) !== text) globalThis.shownTexts.push(text);
      };
      new MutationObserver(note).observe(document.body, { childList: true, subtree: true, characterData: true });
      note();
    })()`);
  }

  /** The texts since `recordAnswer`; none when the page was loaded anew. */
  async recordedAnswer(): Promise<string[]> {
    return this.page.evaluate<string[]>('globalThis.shownTexts ?? []');
  }

  /** Notes how often a message stood on the page at once, from here on. */
  async recordMessage(text: string): Promise<void> {
    await this.page.evaluate(`(() => {
      globalThis.timesShown = [];
      const text = ${JSON.stringify(text)};
      const note = () => {
        const messages = [...document.querySelectorAll('main p')].filter((p) => p.textContent === 'You wrote: ' + text);
        if (globalThis.timesShown.at(-1) !== messages.length) globalThis.timesShown.push(messages.length);
      };
      new MutationObserver(note).observe(document.body, { childList: true, subtree: true, characterData: true });
      note();
    })()`);
  }

  /** How often the message stood there at once, each change. */
  async recordedMessage(): Promise<number[]> {
    return this.page.evaluate<number[]>('globalThis.timesShown ?? []');
  }
}
