import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verified } from '../../src/cli/testing/run-cli.ts';
import { auditList } from '../../src/contract/audit.ts';
import { answered } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { newGroup } from '../groups.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';

/** S11: whoever owns the database changes the audit log of a stopped server, and `perdure verify` names the first bad record. */

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'error' } });
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

beforeAll(async () => {
  const { admin } = server();
  const person = await server().person();
  const group = await newGroup(admin, [person]);
  for (const [path, body] of [
    [`/api/admin/users/${person.user.id}`, { role: 'curator', display_name: 'Somebody' }],
    [`/api/admin/groups/${group.id}`, { name: 'Renamed' }],
  ] as const) {
    expect((await admin.client.patch(path, body)).status).toBe(200);
  }
  await server().process.terminate();
});

/** What verify says of a copy of the data directory after `sql`. */
async function verifyAfter(sql: string): Promise<{ code: number | undefined; examples: string[]; notes: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-tampered-'));
  folders.push(folder);
  cpSync(server().dataDir, folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'perdure.db'), { enableForeignKeyConstraints: false });
  database.exec(sql);
  database.close();
  const { code, report } = await verified(folder);
  const check = report.checks.find(({ id }) => id === 'I8');
  return { code, examples: check?.examples ?? [], notes: check?.notes ?? [] };
}

const positionOf = (action: string) =>
  Number(
    queryDatabase(server().databasePath, 'select min(position) as n from audit_log where action = ?', action)[0]?.n,
  );

test('a server that was stopped has sealed and anchored everything it recorded', async () => {
  const { code, examples, notes } = await verifyAfter('select 1');
  expect({ code, examples }).toEqual({ code: 0, examples: [] });
  expect(notes.join()).toMatch(/^([1-9]\d*) audit records are sealed, 0 are not yet$/);
  const [row] = queryDatabase(server().databasePath, 'select count(*) as n, count(chain_no) as sealed from audit_log');
  expect(row?.n).toBe(row?.sealed);
  expect(positionOf('user.changed')).toBeGreaterThan(5);
});

test.each([
  ['who did it is changed', `update audit_log set actor_user_id = null where action = 'user.changed'`, 'user.changed'],
  [
    'what was done is changed',
    `update audit_log set facts = json_set(facts, '$.role', 'member') where action = 'user.changed'`,
    'user.changed',
  ],
  [
    'when it was done is changed',
    `update audit_log set at = '2026-01-01T00:00:00.000Z' where action = 'group.created'`,
    'group.created',
  ],
  [
    'whom it names is changed',
    `update audit_log set personal = replace(personal, 'Somebody', 'Nobody') where action = 'user.changed'`,
    'user.changed',
  ],
])('%s: the record is named', async (_what, sql, action) => {
  const { code, examples } = await verifyAfter(sql);
  expect(code).toBe(1);
  expect(examples[0]).toMatch(new RegExp(`^audit record ${positionOf(action)}: `));
});

test('a record in the middle is deleted: the one behind the gap is named', async () => {
  const at = positionOf('group.created');
  const { code, examples } = await verifyAfter(`delete from audit_log where position = ${at}`);
  expect(code).toBe(1);
  expect(examples[0]).toBe(`audit record ${at + 1}: number ${at + 1} after ${at - 1}`);
});

test('two records change places: the first of the two is named', async () => {
  const at = positionOf('group.created');
  const { code, examples } = await verifyAfter(
    `update audit_log set position = -1 where position = ${at};
     update audit_log set position = ${at} where position = ${at + 1};
     update audit_log set position = ${at + 1} where position = -1`,
  );
  expect(code).toBe(1);
  expect(examples[0]).toMatch(new RegExp(`^audit record ${at}: number ${at + 1} after ${at - 1}`));
});

test('a record is forged at the end: it is named', async () => {
  const { code, examples } = await verifyAfter(
    `insert into audit_log (at, actor_user_id, action, object_kind, object_id, facts, chain_no, chain_hash)
     select at, null, 'user.deleted', 'user', 'x', '{}', chain_no + 1, '${'0'.repeat(64)}' from audit_log
     order by position desc limit 1`,
  );
  expect(code).toBe(1);
  expect(examples[0]).toMatch(/^audit record \d+: the hash is not that of the record$/);
});

test('the tail is cut off: the chain that is left holds, and the anchor outside of the database finds the cut', async () => {
  const { code, examples } = await verifyAfter(
    'delete from audit_log where position > (select max(position) - 2 from audit_log)',
  );
  expect(code).toBe(1);
  expect(examples).toEqual([expect.stringMatching(/^the chain ends with record \d+, and had \d+ at .*: it was cut$/)]);
});

test('all of it is deleted: the anchor finds that too', async () => {
  const { code, examples } = await verifyAfter('delete from audit_log');
  expect(code).toBe(1);
  expect(examples[0]).toMatch(/^the chain ends with record 0, and had \d+ at /);
});

test('personal data is cleared by hand, as an erasure does it: nobody was erased, and the record is named', async () => {
  const { code, examples, notes } = await verifyAfter(
    `update audit_log set personal = null, personal_salt = null where action = 'user.changed'`,
  );
  expect(code).toBe(1);
  expect(examples[0]).toMatch(/^audit record \d+: its personal data is gone, and nobody was erased/);
  expect(notes).toContain('the personal data of 1 audit records is erased');
});

test('what a killed server recorded and did not seal is sealed by the next start, within a second', async () => {
  await server().startAgain();
  await newGroup(server().admin);
  await server().process.kill();
  await server().startAgain();
  const isSealed = () =>
    queryDatabase(server().databasePath, 'select 1 from audit_log where chain_no is null').length === 0;
  await waitFor('the records are sealed', isSealed);
  const { code, report } = await verified(server().dataDir, '--live');
  expect({ code, broken: report.checks.filter((check) => !check.ok) }).toEqual({ code: 0, broken: [] });
});

test('a log that was changed by hand is still read page by page', async () => {
  const database = new DatabaseSync(server().databasePath, { enableForeignKeyConstraints: false });
  database.exec(`pragma busy_timeout = 10000;
    insert into audit_log (at, actor_user_id, action, object_kind, object_id, facts, personal)
    values ('2000-01-01T00:00:00.000Z', 'nobody', 'planet.moved', 'planet', 'x', 'no json', '[')`);
  database.close();
  const reply = await server().admin.client.get('/api/admin/audit?until=2001-01-01T00:00:00.000Z');
  expect(answered(reply, 200, auditList).records).toMatchObject([{ action: 'planet.moved', facts: {} }]);
});
