import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chainHash } from '../../store/audit-chain.ts';
import { openSnapshot } from '../../store/sqlite/snapshot.ts';
import { checkAudit } from './check-audit.ts';
import { newChecks } from './checks.ts';
import { givenFullStore } from './testing/given-store.ts';

let given: Awaited<ReturnType<typeof givenFullStore>>;
beforeAll(async () => {
  given = await givenFullStore();
});
afterAll(() => given.close());

/** What is found in a log of three sealed records and an unsealed one, after `sql`. */
async function found(name: string, sql: string): Promise<{ examples: string[]; notes: string[] }> {
  mkdirSync(join(given.folder, name));
  const path = join(given.folder, name, 'perdure.db');
  copyFileSync(given.path, path);
  const database = new DatabaseSync(path);
  const insert = database.prepare('insert into audit_log values (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  let hash = '';
  for (const n of [1, 2, 3, 4]) {
    const record = {
      at: `time ${n}`,
      actor_user_id: null,
      action: 'act',
      object_kind: 'user',
      object_id: 'x',
      facts: '{}',
    };
    hash = chainHash(hash, record);
    insert.run(n, record.at, null, 'act', 'user', 'x', '{}', ...(n < 4 ? [n, hash] : [null, null]));
  }
  database.exec(sql);
  database.close();
  const opened = openSnapshot(path);
  if (opened.outcome !== 'opened') throw new Error(opened.reason);
  const checks = newChecks();
  await checkAudit(opened.snapshot.read, checks);
  await opened.snapshot.close();
  return checks.I8.result();
}

test('a sealed chain with an unsealed tail holds, and both are counted', async () => {
  const { examples, notes } = await found('whole', 'select 1');
  expect({ examples, notes }).toEqual({ examples: [], notes: ['3 audit records are sealed, 1 are not yet'] });
});

test.each([
  [
    'edited',
    `update audit_log set facts = '[]' where position = 2`,
    'audit record 2: the hash is not that of the record',
  ],
  ['deleted', 'delete from audit_log where position = 2', 'audit record 3: number 3 after 1'],
  [
    'unsealed',
    'update audit_log set chain_no = null where position = 2',
    'audit record 3: sealed behind a record that is not',
  ],
  ['moved', 'update audit_log set position = 10 where position = 1', 'audit record 2: number 2 after 0'],
])('a record that was %s is named', async (name, sql, example) => {
  expect((await found(name, sql)).examples[0]).toBe(example);
});
