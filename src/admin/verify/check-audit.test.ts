import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chainHash, personalHash } from '../../store/audit-chain.ts';
import { openSnapshot } from '../../store/sqlite/snapshot.ts';
import type { AnchorLine } from '../audit/anchor-files.ts';
import { checkAudit } from './check-audit.ts';
import { newChecks } from './checks.ts';
import { givenFullStore } from './testing/given-store.ts';

let given: Awaited<ReturnType<typeof givenFullStore>>;
beforeAll(async () => {
  given = await givenFullStore();
});
afterAll(() => given.close());

const personal = '{"username":"bob"}';
const salt = 'salt';

/** What is found in a log of three sealed records, the second with personal data, and an unsealed one, after `sql`. */
async function found(
  name: string,
  sql: string,
  anchors: readonly AnchorLine[] = [],
): Promise<{ examples: string[]; notes: string[] }> {
  mkdirSync(join(given.folder, name));
  const path = join(given.folder, name, 'perdure.db');
  copyFileSync(given.path, path);
  const database = new DatabaseSync(path);
  database.exec('delete from audit_log');
  const insert = database.prepare('insert into audit_log values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const [index, record] of log.entries()) {
    const n = index + 1;
    const sealed = n < 4 ? [n, hashes[index] ?? ''] : [null, null];
    const hidden = n === 2 ? [personal, salt] : [null, null];
    insert.run(n, record.at, null, 'act', 'user', 'x', record.facts, ...sealed, ...hidden);
  }
  database.exec(sql);
  database.close();
  const opened = openSnapshot(path);
  if (opened.outcome !== 'opened') throw new Error(opened.reason);
  const checks = newChecks();
  await checkAudit(opened.snapshot.read, checks, { anchors, nowMs: Date.parse('2026-11-22T10:00:34.000Z') });
  await opened.snapshot.close();
  return checks.I8.result();
}

const log = [1, 2, 3, 4].map((n) => ({
  at: `2026-11-22T10:00:0${n}.000Z`,
  actor_user_id: null,
  action: 'act',
  object_kind: 'user',
  object_id: 'x',
  facts: n === 2 ? JSON.stringify({ personal_hash: personalHash(salt, personal) }) : '{}',
}));
const hashes: string[] = [];
for (const record of log) hashes.push(chainHash(hashes.at(-1) ?? '', record));

const anchor = (count: number, head = hashes[count - 1] ?? 'f'.repeat(64)): AnchorLine => ({
  where: `line ${count}`,
  anchor: { count, head, at: '2026-11-22T10:00:10.000Z' },
});

test('a sealed chain with an unsealed tail holds, both are counted, and the age of the tail is told', async () => {
  const { examples, notes } = await found(
    'whole',
    'select 1',
    [1, 2, 2, 3].map((count) => anchor(count)),
  );
  expect({ examples, notes }).toEqual({
    examples: [],
    notes: ['3 audit records are sealed, 1 are not yet, the first of them for 30 s'],
  });
});

const cleared = 'update audit_log set personal = null, personal_salt = null where position = 2';

test('personal data that is gone is a breach where nobody was erased', async () => {
  const { examples, notes } = await found('cleared', cleared);
  expect(notes).toContain('the personal data of 1 audit records is erased');
  expect(examples).toEqual([
    'audit record 2: its personal data is gone, and nobody was erased that it could have been of',
  ]);
});

/** A record that the erasing of the user began whom the cleared record is about. */
const began = `insert into audit_log (at, actor_user_id, action, object_kind, object_id, facts)
  values ('2026-11-22T10:00:05.000Z', null, 'user.erasure_began', 'user', 'x', '{}')`;

test('personal data of somebody who is erased breaks nothing and is counted', async () => {
  const erased = `pragma foreign_keys = off;
    update users set id = 'x', erase_at = '2026-11-22T10:00:05.000Z' where id = (select min(id) from users)`;
  const { examples, notes } = await found('erased', `${cleared}; ${began}; ${erased}`);
  expect(examples).toEqual([]);
  expect(notes).toContain('the personal data of 1 audit records is erased');
});

test('a record of an erasing that never was explains nothing', async () => {
  const { examples } = await found('forged', `${cleared}; ${began}`);
  expect(examples).toEqual([expect.stringMatching(/^audit record 2: its personal data is gone/)]);
});

/** A record that a rule took what the audit log holds of names from before a moment. */
const swept = (at: string, before: string) =>
  `insert into audit_log (at, actor_user_id, action, object_kind, object_id, facts) values ('${at}', null,
    'retention.swept', 'setting', 'retention.audit_personal', '{"before":"${before}","rows":1}')`;

test('personal data that is older than what a rule of retention keeps breaks nothing', async () => {
  const { examples, notes } = await found(
    'swept',
    `${cleared}; ${swept('2027-03-01T00:00:00.000Z', '2026-11-22T10:00:02.001Z')}`,
  );
  expect(examples).toEqual([]);
  expect(notes).toContain('the personal data of 1 audit records is erased');
});

test.each([
  ['of an earlier moment', swept('2027-03-01T00:00:00.000Z', '2026-11-22T10:00:02.000Z')],
  ['that no rule allows', swept('2026-12-01T00:00:00.000Z', '2026-11-22T10:00:02.001Z')],
])('a record of a rule %s explains nothing', async (name, sql) => {
  const { examples } = await found(`swept ${name}`, `${cleared}; ${sql}`);
  expect(examples).toEqual([expect.stringMatching(/^audit record 2: its personal data is gone/)]);
});

const otherPersonal = `'{"username":"eve"}'`;

test.each([
  [
    'edited',
    `update audit_log set facts = '[]' where position = 1`,
    'audit record 1: the hash is not that of the record',
  ],
  [
    'given another actor',
    `update audit_log set actor_user_id = 'eve' where position = 3`,
    'audit record 3: the hash is not that of the record',
  ],
  ['deleted', 'delete from audit_log where position = 2', 'audit record 3: number 3 after 1'],
  [
    'unsealed',
    'update audit_log set chain_no = null where position = 2',
    'audit record 3: sealed behind a record that is not',
  ],
  ['moved', 'update audit_log set position = 10 where position = 1', 'audit record 2: number 2 after 0'],
  [
    'changed beside the chain',
    `update audit_log set personal = ${otherPersonal} where position = 2`,
    'audit record 2: its personal data is not what was recorded',
  ],
  [
    'given personal data',
    `update audit_log set personal = ${otherPersonal}, personal_salt = 'x' where position = 3`,
    'audit record 3: its personal data is not what was recorded',
  ],
  [
    'changed beside the chain before it was sealed',
    `update audit_log set personal = ${otherPersonal}, personal_salt = 'x' where position = 4`,
    'audit record 4: its personal data is not what was recorded',
  ],
])('a record that was %s is named', async (name, sql, example) => {
  expect((await found(name, sql)).examples[0]).toBe(example);
});

test('a tail that was cut off is found by the newest anchor alone', async () => {
  const cut = 'delete from audit_log where position > 2';
  expect((await found('cut', cut)).examples).toEqual([]);
  expect((await found('cut and anchored', cut, [anchor(1), anchor(3)])).examples).toEqual([
    'the chain ends with record 2, and had 3 at 2026-11-22T10:00:10.000Z (line 3): it was cut',
  ]);
  expect((await found('emptied', 'delete from audit_log', [anchor(3)])).examples).toEqual([
    'the chain ends with record 0, and had 3 at 2026-11-22T10:00:10.000Z (line 3): it was cut',
  ]);
});

test('a chain that was made anew holds in itself, and not against its anchors', async () => {
  const forged = { ...(log[2] as (typeof log)[number]), object_id: 'y' };
  const sql = `update audit_log set object_id = 'y', chain_hash = '${chainHash(hashes[1] ?? '', forged)}' where position = 3`;
  expect((await found('anew', sql)).examples).toEqual([]);
  expect((await found('anew and anchored', sql, [anchor(2), anchor(3)])).examples).toEqual([
    'audit record 3: the chain up to here is not the one that was anchored (line 3)',
  ]);
});

test('a line of anchors that is not whole is told, and the others are used', async () => {
  const { examples, notes } = await found('torn', 'select 1', [{ where: 'line 1', anchor: undefined }, anchor(4)]);
  expect(examples).toHaveLength(1);
  expect(notes).toContain('1 lines of anchors cannot be read');
});
