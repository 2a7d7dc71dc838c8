import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';

/** A task that held the page for 50 ms or more, in milliseconds since the page was loaded. */
export type Task = { startMs: number; ms: number };

type ListScroll = {
  tasks: Task[];
  /** How many rows there is room for. */
  rows: number;
  mostRows: number;
  mostElements: number;
  /** Of the processor, for the page's main thread. */
  busySeconds: number;
  seconds: number;
  blankShots: number;
  shots: number;
};
/** Processor time of the page's main thread, and its longest task; ms. */
type Spent = { busyMs: number; longestMs: number };
type TableGrowth = {
  /** A first page of a hundred rows, with the page around it. */
  first: Spent;
  /** The last hundred rows. */
  last: Spent;
  /** In the page, with all rows known. */
  elements: number;
  scrolled: Spent & { turns: number };
};
type ListLook = { rows: number; elements: number; heightPx: number; isFilled: boolean; isAtEnd: boolean };

/** What of the list of sessions is in the page, whether a row lies in the middle of its pane, and whether more is to come. */
const lookAtList = `(() => {
  const pane = document.querySelector('aside [data-pane]');
  const { left, top, width, height } = pane.getBoundingClientRect();
  return {
    rows: pane.querySelectorAll('li:not([aria-hidden])').length,
    elements: document.querySelectorAll('*').length,
    heightPx: pane.scrollHeight,
    isFilled: Boolean(document.elementFromPoint(left + width / 2, top + height / 2)?.closest('li:not([aria-hidden]), a, button')),
    isAtEnd: pane.scrollTop + pane.clientHeight > pane.scrollHeight - 2 && ![...pane.querySelectorAll('button')].some((each) => /^(Show more|Loading…)$/.test(each.textContent)),
  };
})()`;

export type Line = { latency: number; downloadThroughput: number; uploadThroughput: number };

/** One window of a browser that keeps nothing of others. */
export class BenchWindow implements AsyncDisposable {
  #scriptBytes = 0;
  readonly #context: BrowserContext;
  readonly #page: Page;
  readonly #cdp: CDPSession;

  private constructor(context: BrowserContext, page: Page, cdp: CDPSession) {
    this.#context = context;
    this.#page = page;
    this.#cdp = cdp;
    const scripts = new Set<string>();
    cdp.on('Network.responseReceived', ({ requestId, response }) => {
      if (new URL(response.url).pathname.endsWith('.js')) scripts.add(requestId);
    });
    cdp.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
      if (scripts.has(requestId)) this.#scriptBytes += encodedDataLength;
    });
  }

  /** @param serviceWorkers  blocked where all that is sent is counted: what a service worker asks for is not a window's */
  static async open(
    browser: Browser,
    {
      url,
      token,
      serviceWorkers = 'allow',
      locale = 'en-US',
    }: { url: URL; token?: string; serviceWorkers?: 'allow' | 'block'; locale?: string },
  ): Promise<BenchWindow> {
    const viewport = { width: 1280, height: 800 };
    const context = await browser.newContext({ baseURL: url.href, viewport, serviceWorkers, locale });
    if (token !== undefined) await context.addCookies([{ name: 'perdure', value: token, url: url.href }]);
    await context.addInitScript(`(() => {
      globalThis.longTasks = [];
      new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries()) globalThis.longTasks.push({ startMs: startTime, ms: duration });
      }).observe({ type: 'longtask', buffered: true });
    })()`);
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    return new BenchWindow(context, page, cdp);
  }

  async throttle(slowdown: number, line?: Line): Promise<void> {
    await this.#cdp.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    if (line) await this.#cdp.send('Network.emulateNetworkConditions', { offline: false, ...line });
  }

  async visit(path: string): Promise<void> {
    await this.#page.goto(path);
    await this.#page.locator('main').first().waitFor();
  }

  /** Scripts as they were sent, headers left out, once none has come for a second. */
  async scriptBytes(): Promise<number> {
    let seen = -1;
    while (seen !== this.#scriptBytes) {
      seen = this.#scriptBytes;
      await pause(1_000);
    }
    return this.#scriptBytes;
  }

  /** Until what begins a session is there and the last task over 50 ms is done; looked at for two seconds. Milliseconds since the page was asked for. */
  async untilInteractive(): Promise<number> {
    const shownMs = await this.#page.evaluate<number>(`new Promise((resolve) => {
      const look = () => document.querySelector('main textarea, main button') ? resolve(performance.now()) : requestAnimationFrame(look);
      look();
    })`);
    await pause(2_000);
    return Math.max(shownMs, ...(await this.#tasks()).map(({ startMs, ms }) => startMs + ms));
  }

  /** From the press on the session in the list until its newest answer is painted, in milliseconds. */
  async openSession(sessionId: string): Promise<number> {
    await this.#page.locator(`a[href="/sessions/${sessionId}"]`).first().waitFor();
    await pause(1_000);
    return this.#page.evaluate<number>(`new Promise((resolve) => {
      const startMs = performance.now();
      document.querySelector('a[href="/sessions/${sessionId}"]').click();
      const look = () => {
        const shown = [...document.querySelectorAll('main .prose')].at(-1)?.textContent.includes('quarter of an hour');
        if (shown) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - startMs)));
        else requestAnimationFrame(look);
      };
      look();
    })`);
  }

  /** Turns the wheel upwards until the beginning of the session is there, and down again. */
  async scrollThrough(): Promise<{ tasks: Task[]; turns: number; shots: number }> {
    await this.#page.mouse.move(700, 300);
    await pause(1_000);
    await this.#tasks();
    const wheel = async (by: number) => {
      await this.#page.mouse.wheel(0, by);
      await pause(50);
    };
    // The pane is looked for once: in a long session that takes longer than a turn of the wheel may.
    await this.#page.evaluate(`globalThis.pane = document.querySelector('main [data-pane]')`);
    const atTop = `pane.scrollTop < 5 && pane.firstElementChild.hasAttribute('data-from-the-beginning')`;
    let shots = 0;
    for (; shots < 20_000 && !(await this.#page.evaluate<boolean>(atTop)); shots++) await wheel(-1_500);
    for (let down = 0; down < 60; down++) await wheel(1_500);
    const tasks = await this.#tasks();
    // Counting is a long task itself.
    return { tasks, turns: await this.#page.locator('main article').count(), shots: shots + 60 };
  }

  /** Turns the wheel over the list of sessions until its last one is there. */
  async scrollList(): Promise<ListScroll> {
    await this.#page.locator('aside li a').first().waitFor();
    const box = await this.#page.locator('aside [data-pane]').boundingBox();
    if (!box) throw new Error('there is no list');
    await this.#page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await pause(1_000);
    await this.#tasks();
    const startMs = performance.now();
    const busyBefore = await this.#busySeconds();
    const [seen, most] = [
      { rows: 0, still: 0 },
      { rows: 0, elements: 0 },
    ];
    let [shots, blankShots] = [0, 0];
    for (; seen.still < 20 && shots < 5_000; shots++) {
      await this.#page.mouse.wheel(0, 500);
      await pause(50);
      const look = await this.#page.evaluate<ListLook>(lookAtList);
      most.rows = Math.max(most.rows, look.rows);
      most.elements = Math.max(most.elements, look.elements);
      if (!look.isFilled) blankShots++;
      seen.still = look.isAtEnd ? seen.still + 1 : 0;
      seen.rows = Math.round(look.heightPx / 36);
    }
    const seconds = (performance.now() - startMs) / 1000;
    const busySeconds = (await this.#busySeconds()) - busyBefore;
    return {
      busySeconds,
      tasks: await this.#tasks(),
      rows: seen.rows,
      mostRows: most.rows,
      mostElements: most.elements,
      seconds,
      blankShots,
      shots,
    };
  }

  /** Opens the table of people from the list of pages, then asks for more until so many rows are known, and turns the wheel to its end. */
  async growTable(rows: number): Promise<TableGrowth> {
    const page = this.#page;
    const spent = async (run: () => Promise<void>): Promise<Spent> => {
      await pause(1_000);
      await this.#tasks();
      const before = await this.#busySeconds();
      await run();
      await pause(1_000);
      return { busyMs: ((await this.#busySeconds()) - before) * 1000, longestMs: longestTask(await this.#tasks()) };
    };
    await page.locator('aside a[href="/admin/users"]').waitFor();
    const first = await spent(async () => {
      await page.locator('aside a[href="/admin/users"]').click();
      await page.locator('main tbody tr').first().waitFor();
    });
    const more = page.getByRole('button', { name: 'Show more' });
    let last = first;
    for (let known = 100; known < rows; known += 100) {
      last = await spent(async () => {
        await more.click();
        await page.locator('main button[aria-busy="true"]').waitFor({ state: 'detached' });
      });
    }
    const elements = await page.evaluate<number>(`document.querySelectorAll('*').length`);
    let turns = 0;
    const scrolled = await spent(async () => {
      await page.mouse.move(800, 400);
      const atEnd = `(() => { const { scrollTop, clientHeight, scrollHeight } = document.querySelector('main'); return scrollTop + clientHeight > scrollHeight - 2; })()`;
      await page.evaluate(`document.querySelector('main').scrollTop = 0`);
      for (; turns < 2_000 && !(await page.evaluate<boolean>(atEnd)); turns++) {
        await page.mouse.wheel(0, 500);
        await pause(50);
      }
    });
    return { first, last, elements, scrolled: { ...scrolled, turns } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }

  /** What the page's main thread took of the processor since the window was opened. */
  async #busySeconds(): Promise<number> {
    const { metrics } = await this.#cdp.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  }

  /** The long tasks since they were asked for last. */
  async #tasks(): Promise<Task[]> {
    return this.#page.evaluate<Task[]>('globalThis.longTasks.splice(0)');
  }
}

export const longestTask = (tasks: readonly Task[]): number => Math.max(0, ...tasks.map(({ ms }) => ms));
