import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { GivenLog } from '../conformance/given-log.ts';
import { importArgs } from '../conformance/import-rows.ts';
import { openSnapshot } from './snapshot.ts';
import { openSqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-held-import-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('an import of a held person that was never finished is nothing that was erased under the hold', async () => {
  const path = join(folder, 'perdure.db');
  const store = await openSqliteStore({ path, clock: systemClock });
  const given = new GivenLog(store);
  const at = '2020-01-01T00:00:00.000Z';
  const agent = { id: 'agent', name: 'Agent', description: '', instructions: '', tools: [] };
  await store.write.putBuiltins({ agents: [agent], at });
  const userId = await given.user();
  const subject = { kind: 'user', id: userId } as const;
  await store.write.placeHold({ id: 'hold', subject, reason: 'A lawsuit', at, by: { userId: null } });
  const { begin, bite } = importArgs(userId);
  await store.write.beginImport({ ...begin, agentId: 'agent' });
  await store.write.storeImported({ ...bite, agentId: 'agent' });
  const broken = async () => {
    const opened = openSnapshot(path);
    if (opened.outcome !== 'opened') throw new Error(opened.reason);
    const results = await opened.snapshot.read.brokenRules({ examples: 1 });
    await opened.snapshot.close();
    return results.filter(({ rule, total }) => rule.includes('legal hold') && total > 0);
  };
  expect(await broken()).toEqual([]);
  const inAYear = new Date(Date.parse(begin.at) + 366 * 86_400_000).toISOString();
  while ((await store.write.clearErased({ maxRows: 50, withoutFile: [], at: inAYear })).did === 'some');
  expect(await broken()).toEqual([]);
  await store.close();
});
