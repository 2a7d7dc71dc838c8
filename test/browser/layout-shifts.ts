import type { Page } from 'playwright-core';
import type { Profile } from './profile.ts';

/** What moved on a page that nobody moved. */
export type Shift = { value: number; what: string[] };

/** Notes each layout shift of every window of a profile, but those that a key or a press just asked for. */
export async function noteShifts(profile: Profile): Promise<void> {
  await profile.context.addInitScript(`(() => {
    if (window !== top) return;
    globalThis.layoutShifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (entry.hadRecentInput) continue;
        const what = entry.sources.map(({ node, previousRect: from, currentRect: to }) =>
          [node?.nodeName, node?.parentElement?.className, node?.textContent?.slice(0, 40), from.x + ',' + from.y + ' to ' + to.x + ',' + to.y].join(' '));
        globalThis.layoutShifts.push({ value: entry.value, what });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  })()`);
}

/** The shifts since the page was loaded, or since they were read last. */
export async function takeShifts(page: Page): Promise<Shift[]> {
  return page.evaluate<Shift[]>('globalThis.layoutShifts.splice(0)');
}

/** All of them together, over the whole time: at least what browsers report as cumulative layout shift. */
export const sumOf = (shifts: readonly Shift[]): number => shifts.reduce((sum, { value }) => sum + value, 0);
