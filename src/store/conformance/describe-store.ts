import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { accountRows } from './account-rows.ts';
import { budgetRows } from './budget-rows.ts';
import { claimRows } from './claim-rows.ts';
import { commandRows } from './command-rows.ts';
import { corpusAccessRows } from './corpus-access-rows.ts';
import { counterRows } from './counter-rows.ts';
import { agentId, GivenLog } from './given-log.ts';
import { groupRows } from './group-rows.ts';
import { importRows } from './import-rows.ts';
import { journalRows } from './journal-rows.ts';
import { logRows } from './log-rows.ts';
import { mailRows } from './mail-rows.ts';
import { oidcRows } from './oidc-rows.ts';
import { processRows } from './process-rows.ts';
import type { OpenedStore, Row, RowContext } from './row.ts';
import { tagRows } from './tag-rows.ts';
import { textRows } from './text-rows.ts';

/** Rows a backend does not keep, and why. */
export type Skip = { reason: string; rows: readonly string[] };

const groups: Record<string, readonly Row[]> = {
  commands: commandRows,
  accounts: accountRows,
  'single sign-on': oidcRows,
  mail: mailRows,
  groups: groupRows,
  'access to corpora': corpusAccessRows,
  log: logRows,
  claims: claimRows,
  budgets: budgetRows,
  journal: journalRows,
  tags: tagRows,
  text: textRows,
  counters: counterRows,
  imports: importRows,
  processes: processRows,
};

/** What every store promises, row by row, asked through the port alone. */
export function describeStore(name: string, open: () => Promise<OpenedStore>, skips: readonly Skip[] = []): void {
  describe(`store: ${name}`, () => {
    let context: RowContext & { given: GivenLog };
    let opened: OpenedStore;
    const more: OpenedStore[] = [];
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

    test('every skip names a row of the suite', () => {
      const titles = Object.values(groups).flatMap((rows) => rows.map((row) => row.title));
      expect(skips.flatMap((skip) => skip.rows).filter((row) => !titles.includes(row))).toEqual([]);
    });
    for (const [group, rows] of Object.entries(groups)) {
      describe(group, () => {
        for (const row of rows) {
          const skip = skips.find((each) => each.rows.includes(row.title));
          if (skip) test.skip(`${row.title} (${skip.reason})`);
          else test(row.title, () => row.run(context), row.timeoutMs);
        }
      });
    }
  });
}

async function openWithAgent(open: () => Promise<OpenedStore>): Promise<OpenedStore> {
  const opened = await open();
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await opened.store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
  return opened;
}
