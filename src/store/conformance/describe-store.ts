import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { allRows } from './all-rows.ts';
import { type Backend, cannotShow } from './backends.ts';
import { agentId, GivenLog } from './given-log.ts';
import type { OpenedStore, RowContext } from './row.ts';

/** What every store promises, row by row, asked through the port alone. */
export function describeStore(backend: Backend, open: () => Promise<OpenedStore>): void {
  describe(`store: ${backend}`, () => {
    let context: RowContext & { given: GivenLog };
    let opened: OpenedStore;
    const more: OpenedStore[] = [];
    let ran = 0;
    beforeAll(async () => {
      opened = await openWithAgent(open);
      context = {
        opened,
        given: new GivenLog(opened.store),
        another: async () => {
          const made = await openWithAgent(open);
          more.push(made);
          return made;
        },
      };
    });
    afterEach(async () => {
      await context.given.removeAll();
      for (const each of more.splice(0)) await each.close();
    });
    afterAll(() => opened.close());

    for (const [group, rows] of Object.entries(allRows)) {
      describe(group, () => {
        for (const row of rows) {
          const inability = cannotShow[backend].find((each) => each.rows.includes(row.title));
          if (inability) test.skip(`${row.title} (${inability.reason})`);
          else {
            const run = () => {
              ran += 1;
              return row.run(context);
            };
            test(row.title, run, row.timeoutMs);
          }
        }
      });
    }

    test('every row ran that can be shown here', () => {
      const rows = Object.values(allRows).flat().length;
      const leftOut = cannotShow[backend].flatMap((each) => each.rows).length;
      console.info(`store: ${backend} ran ${ran} of ${rows} rows`);
      expect(ran).toBe(rows - leftOut);
    });
  });
}

async function openWithAgent(open: () => Promise<OpenedStore>): Promise<OpenedStore> {
  const opened = await open();
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await opened.store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
  return opened;
}
