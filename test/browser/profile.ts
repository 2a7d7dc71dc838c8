import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import type { Person } from '../given.ts';

export type ProfileOptions = {
  url: URL;
  /** Signed in from the start; else nobody is. */
  as?: Person;
  colorScheme?: 'light' | 'dark';
  viewport?: { width: number; height: number };
  /** What the browser asks for first, BCP 47; American English. */
  locale?: string;
  isPhone?: boolean;
  /** Whether the browser may keep what was loaded. Else each request is one of the page itself, which tests can see and cut. */
  keepsForOffline?: boolean;
};

export type SeenRequest = { method: string; path: string; search: string; page: Page | undefined };

const waitMs = 25_000;

/** One person's browser: its windows share cookies and storage. It keeps what they asked for and what they must not do. */
export class Profile {
  readonly context: BrowserContext;
  /** Errors, dialogs and requests to other origins, of any page. */
  readonly problems: string[] = [];
  readonly requests: SeenRequest[] = [];

  private constructor(context: BrowserContext, url: URL) {
    this.context = context;
    context.setDefaultTimeout(waitMs);
    context.on('request', (request) => this.#note(request, url));
    context.on('page', (page) => this.#watch(page));
  }

  static async open(browser: Browser, options: ProfileOptions): Promise<Profile> {
    const {
      url,
      as: person,
      colorScheme = 'light',
      viewport = { width: 1280, height: 800 },
      isPhone = false,
      locale = 'en-US',
      keepsForOffline = false,
    } = options;
    const context = await browser.newContext({
      baseURL: url.href,
      colorScheme,
      viewport,
      locale,
      serviceWorkers: keepsForOffline ? 'allow' : 'block',
      ...(isPhone && { hasTouch: true, isMobile: true }),
    });
    if (person?.client.token) {
      await context.addCookies([
        { name: 'perdure', value: person.client.token, url: url.href, httpOnly: true, sameSite: 'Lax' },
      ]);
    }
    return new Profile(context, url);
  }

  /** A new window at an address of the app. */
  async visit(path: string): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(path);
    return page;
  }

  /** How often a call was made, by any window. */
  count(method: string, path: string | RegExp): number {
    const matches = (each: string) => (typeof path === 'string' ? each === path : path.test(each));
    return this.requests.filter((request) => request.method === method && matches(request.path)).length;
  }

  /** What a test brings about on purpose is no problem. */
  forgive(problem: RegExp): void {
    const others = this.problems.filter((each) => !problem.test(each));
    this.problems.splice(0, this.problems.length, ...others);
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  #note(request: Request, own: URL): void {
    const url = new URL(request.url());
    if (url.protocol !== 'blob:' && url.origin !== own.origin) this.problems.push(`asked another origin: ${url.href}`);
    // A window that is being opened is not known yet; a service worker has none.
    const hasFrame = !request.isNavigationRequest() && request.serviceWorker() === null;
    const page = hasFrame ? request.frame().page() : undefined;
    this.requests.push({ method: request.method(), path: url.pathname, search: url.search, page });
  }

  #watch(page: Page): void {
    page.on('pageerror', (error) => this.problems.push(`uncaught: ${error.message}`));
    page.on('dialog', (dialog) => {
      this.problems.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      // A server that is down or says no is told by the browser itself; tests look at what the page makes of it.
      const isNetwork = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isNetwork) this.problems.push(`console: ${message.text()}`);
    });
  }
}
