import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';

/** A task that held the page for 50 ms or more, in milliseconds since the page was loaded. */
export type Task = { startMs: number; ms: number };

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
    const atTop = `document.querySelector('[data-from-the-beginning]')?.parentElement.scrollTop < 5`;
    let shots = 0;
    for (; shots < 20_000 && !(await this.#page.evaluate<boolean>(atTop)); shots++) await wheel(-1_500);
    for (let down = 0; down < 60; down++) await wheel(1_500);
    const tasks = await this.#tasks();
    // Counting is a long task itself.
    return { tasks, turns: await this.#page.locator('main article').count(), shots: shots + 60 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }

  /** The long tasks since they were asked for last. */
  async #tasks(): Promise<Task[]> {
    return this.#page.evaluate<Task[]>('globalThis.longTasks.splice(0)');
  }
}

export const longestTask = (tasks: readonly Task[]): number => Math.max(0, ...tasks.map(({ ms }) => ms));
