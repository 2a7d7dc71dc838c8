import type { BrowserContext, Page } from 'playwright-core';

/** What a page showed over its whole life, reloads and returns from the back-forward cache included. */
export type PageWatch = {
  /** The newest text of each answer, by the message it answers. */
  answers: Record<string, string>;
  /** A sentence for each thing that no page may do. */
  breaches: string[];
  /** How often it came back from the back-forward cache. */
  restored: number;
};

/** Watches every page of a browser from its first moment, at every change of its document: a message stands there once and stays,
 *  and the text of an answer only grows. */
export async function watchPages(context: BrowserContext): Promise<void> {
  await context.addInitScript(script);
}

/** What the watch of this page holds; undefined on a page that is not the app's. */
export async function watchOf(page: Page): Promise<PageWatch | undefined> {
  return page.evaluate<PageWatch | undefined>('globalThis.pageWatch');
}

/** Messages in the order they stand there, each with its answer. */
export async function transcriptOf(page: Page): Promise<{ message: string; answer: string }[]> {
  return page.evaluate<{ message: string; answer: string }[]>('globalThis.readTranscript()');
}

/** Runs in the page. A page that is loaded anew goes on with what it showed before. */
const script = `(() => {
  if (window !== top || globalThis.pageWatch || !location.pathname.startsWith('/sessions/')) return;
  const key = 'test.page-watch';
  const watch = JSON.parse(sessionStorage.getItem(key) ?? '{"answers":{},"breaches":[],"restored":0}');
  globalThis.pageWatch = watch;
  addEventListener('pagehide', () => sessionStorage.setItem(key, JSON.stringify(watch)));
  addEventListener('pageshow', (event) => { if (event.persisted) watch.restored += 1; });

  const opening = 'You wrote: ';
  const messagesIn = (element) =>
    [...element.querySelectorAll('p')].map((p) => p.textContent).filter((text) => text.startsWith(opening)).map((text) => text.slice(opening.length));
  const answerIn = (element) => [...element.querySelectorAll('.prose')].map((prose) => prose.textContent.trim()).join('\\n');
  const holders = () => [...document.querySelectorAll('main article, main p')].filter((each) => each.tagName === 'ARTICLE' || !each.closest('article'));
  globalThis.readTranscript = () => holders().flatMap((holder) =>
    holder.tagName === 'ARTICLE'
      ? messagesIn(holder).map((message) => ({ message, answer: answerIn(holder) }))
      : holder.textContent.startsWith(opening) ? [{ message: holder.textContent.slice(opening.length), answer: '' }] : []);

  const seen = new Set();
  const breach = (sentence) => { if (watch.breaches.length < 20) watch.breaches.push(sentence); };
  const note = () => {
    const turns = globalThis.readTranscript();
    if (turns.length === 0) return;
    const times = Map.groupBy(turns, ({ message }) => message);
    for (const [message, same] of times) if (same.length > 1) breach('shown ' + same.length + ' times at once: ' + message);
    for (const message of seen) {
      if (times.has(message)) continue;
      seen.delete(message);
      breach('a message went away: ' + message);
    }
    for (const { message, answer } of turns) {
      seen.add(message);
      const before = watch.answers[message] ?? '';
      if (!answer.startsWith(before)) breach('text was taken back of the answer to ' + message + ': after “' + before.slice(-80) + '” came “' + answer.slice(-80) + '”');
      watch.answers[message] = answer;
    }
  };
  new MutationObserver(note).observe(document, { childList: true, subtree: true, characterData: true });
})();`;
