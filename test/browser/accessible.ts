import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 at level AA with all before it, and what axe-core counts as good practice. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** No rule of axe-core is broken by what the page, or what matches a selector on it, shows now. */
export async function expectAccessible(page: Page, where: string, within = 'html'): Promise<void> {
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe);
  const { violations, passes } = await page.evaluate<AxeResults>(
    `axe.run({ include: [${JSON.stringify(within)}] }, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] })`,
  );
  expect(passes.length, 'rules that had something to look at').toBeGreaterThan(5);
  expect(
    violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
    ),
    where,
  ).toEqual([]);
}
