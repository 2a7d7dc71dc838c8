import type { Page, Request } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { sharedServer } from '../shared-server.ts';
import { expectAccessible } from './accessible.ts';
import { expectToFit } from './fits.ts';
import { furnish, type KnownPage } from './furnish.ts';
import { inBrowser } from './in-browser.ts';
import { untilLoaded } from './until-loaded.ts';

/** Other files share the cores. */
const patienceMs = 10_000;

const opened = '[role="dialog"], [role="alertdialog"], [role="menu"]';

inBrowser('all that opens', (open) => {
  const server = sharedServer({ withModel: true });
  let pages: KnownPage[] = [];
  beforeAll(async () => {
    pages = await furnish(server());
  }, 120_000);

  for (const [look, options] of Object.entries({
    light: {},
    dark: { colorScheme: 'dark' as const, viewport: { width: 360, height: 740 }, isPhone: true },
  })) {
    it(`is accessible, within the window, and closed by Escape: ${look}`, { timeout: 400_000 }, async () => {
      const profile = await open({ url: server().url, as: server().admin, ...options });
      // Looked at, not done.
      await profile.context.route(/\/api\//, (route) => (isRead(route.request()) ? route.continue() : route.abort()));
      await profile.context.addInitScript('if (origin !== "null") localStorage.clear()');
      const page = await profile.context.newPage();
      const seen = new Set<string>();
      const looked: string[] = [];
      for (const { path, shows } of pages) {
        const fresh = async () => {
          await page.goto(path);
          await page.getByText(shows).filter({ visible: true }).first().waitFor();
          await untilLoaded(page);
        };
        await fresh();
        await closeWhatOpened(page, path);
        const sorts = new Set<string>();
        // Asked anew after each: what a page still loads may call a button otherwise.
        const next = async () =>
          (await namesOf(page, buttons)).find((name) => !seen.has(name) && !sorts.has(sortOf(name)));
        for (let name = await next(); name !== undefined; name = await next()) {
          await closeWhatOpened(page, path);
          const before = await page.evaluate<string>(extent);
          const found = await lookInto(page, name, path);
          if (!found) continue;
          seen.add(name);
          sorts.add(sortOf(name));
          looked.push(...found);
          if (before !== (await page.evaluate<string>(extent))) await fresh();
        }
      }
      expect(looked.length).toBeGreaterThan(40);
      profile.forgive(/./);
    });
  }
});

const buttons = 'main button, header button, aside button';

/** Of the rows of a table, or of what stands on each page, one is looked into. */
const sortOf = (name: string) => name.split(' ')[0] ?? '';

/** Changes when pressing something went elsewhere or unfolded something. */
const extent = "location.href + document.querySelectorAll('main *').length";

/** A question to a corpus changes nothing. */
const isRead = (request: Request) => request.method() === 'GET' || request.url().endsWith('/search');

/** What can be pressed now, as an expression of the page. */
const pressable = (selector: string) => `[...document.querySelectorAll(${JSON.stringify(selector)})]
  .filter((each) => each.checkVisibility() && !each.disabled && each.ariaDisabled !== 'true')
  .map((each) => ({ name: each.ariaLabel ?? each.textContent.trim(), each }))`;

const namesOf = (page: Page, selector: string) =>
  page.evaluate<string[]>(`${pressable(selector)}.map(({ name }) => name)`);

/** Answers whether it was there. */
async function click(page: Page, selector: string, wanted: string): Promise<boolean> {
  const found = await page.evaluateHandle(
    `${pressable(selector)}.find(({ name }) => name === ${JSON.stringify(wanted)})?.each`,
  );
  const element = found.asElement();
  await element?.click();
  return element !== null;
}

/** Presses a button, and looks at what it opened, and at what each entry of an opened menu opens. Says what it looked at; nothing when the
 *  button is gone. */
async function lookInto(page: Page, name: string, where: string): Promise<string[] | undefined> {
  const press = async () => ({ wasThere: await click(page, buttons, name), kind: await whatIsOpen(page) });
  const { wasThere, kind } = await press();
  if (!wasThere) return undefined;
  if (!kind) return [];
  const looked = [name];
  await look(page, `${where}: ${name}`);
  if (kind === 'menu') {
    // What leads elsewhere comes last: an ellipsis says that something opens.
    const names = await namesOf(page, '[role="menuitem"]');
    const entries = [...names.filter((each) => each.endsWith('…')), ...names.filter((each) => !each.endsWith('…'))];
    for (const entry of entries) {
      if ((await whatIsOpen(page)) !== 'menu' && (await press()).kind !== 'menu') break;
      await click(page, '[role="menuitem"]', entry);
      if ((await whatIsOpen(page)) !== 'dialog') break;
      looked.push(`${name}: ${entry}`);
      await look(page, `${where}: ${name}: ${entry}`);
      await close(page, entry);
      await expectFocus(page, entry);
    }
  }
  if (await whatIsOpen(page)) {
    await close(page, name);
    await expectFocus(page, name);
  }
  return looked;
}

/** What was open from the start, or opened late, is looked at, too. */
async function closeWhatOpened(page: Page, where: string): Promise<void> {
  if ((await page.locator(opened).filter({ visible: true }).count()) === 0) return;
  await look(page, `${where}: opened late`);
  await close(page, where);
}

async function look(page: Page, where: string): Promise<void> {
  await expectAccessible(page, where, opened);
  await expectToFit(page, where);
}

async function whatIsOpen(page: Page): Promise<'menu' | 'dialog' | undefined> {
  const open = page.locator(opened).filter({ visible: true }).first();
  try {
    await open.waitFor({ timeout: 250 });
  } catch {
    return undefined;
  }
  return (await open.getAttribute('role')) === 'menu' ? 'menu' : 'dialog';
}

async function close(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Escape');
  await expect
    .poll(() => whatIsOpen(page), { message: `${name} closes by Escape`, timeout: patienceMs })
    .toBe(undefined);
}

/** Whoever goes by keyboard goes on from where they were. */
async function expectFocus(page: Page, name: string): Promise<void> {
  const isLost = () => page.evaluate<boolean>('document.activeElement === document.body');
  await expect.poll(isLost, { message: `${name} gives the focus back`, timeout: patienceMs }).toBe(false);
}
