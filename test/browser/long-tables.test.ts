import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { fillSqlite } from '../../bench/support/fill-store.ts';
import { idOf } from '../../bench/support/many-sessions.ts';
import { waitFor } from '../wait-for.ts';
import { expectAccessible } from './accessible.ts';
import { focused } from './focused.ts';
import { givenServer } from './given-server.ts';
import { inBrowser } from './in-browser.ts';

const people = 640;

inBrowser('a long table', (open) => {
  it('is drawn whole up to two hundred rows; of more only those near what is seen, and its columns stay', async () => {
    const server = await givenServer();
    await server.process.kill();
    const filler = fillSqlite(server.databasePath);
    const at = '2026-11-20T10:00:00.000Z';
    await filler.users(
      Array.from({ length: people }, (_each, n) => ({ id: idOf('user', n), username: nameOf(n), at })),
    );
    await filler.settle();
    await filler.close();
    await server.startAgain();
    const profile = await open({ url: server.url, as: server.admin });
    const page = await profile.visit('/admin/users');
    const table = page.getByRole('table');
    const rows = table.locator('tbody tr:not([aria-hidden])');
    const more = page.getByRole('button', { name: 'Show more' });
    await more.click();
    await waitFor('two pages', async () => (await rows.count()) === 200);
    expect(await table.getAttribute('aria-rowcount'), 'more are to come').toBe('-1');
    const columns = await columnsOf(table);

    await more.click();
    await waitFor('few rows in the page', async () => (await rows.count()) < 100);
    await waitFor('all rows to be known', async () => {
      if (await more.isVisible()) await more.click();
      return (await table.getAttribute('aria-rowcount')) === String(people + 2);
    });
    const main = page.getByRole('main');
    const scrollTo = (top: number) =>
      main.evaluate((element: unknown, to: number) => void ((element as { scrollTop: number }).scrollTop = to), top);
    await scrollTo(0);
    const first = rows.first().getByRole('link');
    await first.focus();
    const name = await focused(page);
    const seen = new Set<string>();
    for (let top = 0; top <= people * 49; top += 600) {
      await scrollTo(top);
      await waitFor('rows where one looks', async () => {
        const box = await main.boundingBox();
        return page.evaluate<boolean>(
          `Boolean(document.elementFromPoint(${(box?.x ?? 0) + 200}, 500)?.closest('tr:not([aria-hidden])') || ${top} > ${people * 45})`,
        );
      });
      for (const index of await rows.evaluateAll((all) => all.map((each) => each.getAttribute('aria-rowindex')))) {
        seen.add(index ?? '');
      }
      expect(await rows.count()).toBeLessThan(100);
      expect(await columnsOf(table)).toEqual(columns);
    }
    expect(seen.size, 'each row was drawn').toBe(people + 1);
    await expectAccessible(page, 'the end of the table', 'main');
    expect(await focused(page)).toBe(name);
    await page.keyboard.press('Tab');
    await waitFor('the row of the focus', async () => rows.first().isVisible());
    expect(await focused(page)).toMatch(/^Actions for/);

    await scrollTo(9_000);
    const person = table.getByRole('link', { name: nameOf(190) });
    const left = await placeOf(person);
    await person.click();
    await page.getByRole('heading', { name: nameOf(190) }).waitFor();
    await page.goBack();
    await waitFor('the place that was left', async () => Math.abs((await placeOf(person)) - left) < 1);
    expect(await columnsOf(table)).toEqual(columns);
    await scrollTo(12_000);
    await waitFor('other rows', async () => Number(await rows.first().getAttribute('aria-rowindex')) > 200);
    expect(await columnsOf(table)).toEqual(columns);

    await page.setViewportSize({ width: 1100, height: 800 });
    await waitFor('columns for the narrower window', async () => {
      const now = await columnsOf(table);
      return now.length === columns.length && now.some((width, index) => width < (columns[index] ?? 0));
    });
  });
});

const nameOf = (n: number) => `person-${String(n).padStart(4, '0')}${n % 97 === 50 ? '-of-the-long-names' : ''}`;

const placeOf = async (element: Locator) => (await element.boundingBox())?.y ?? Number.NaN;

/** How wide each column is, in whole pixels. */
const columnsOf = (table: Locator) =>
  table
    .locator('thead th')
    .evaluateAll((heads) =>
      (heads as unknown as { getBoundingClientRect(): { width: number } }[]).map((head) =>
        Math.round(head.getBoundingClientRect().width),
      ),
    );
