import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corruptions } from '../admin/verify/testing/corruptions.ts';
import { fillStore } from '../admin/verify/testing/given-store.ts';
import { inPostgres } from '../store/conformance/in-postgres.ts';
import { openStore } from '../store/conformance/open-postgres.ts';
import { runCli, verified } from './testing/run-cli.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'perdure-verify-pg-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

inPostgres('verify on PostgreSQL', (server) => {
  let given: { url: string; main: string; turns: string[] };
  beforeAll(async () => {
    const url = await server().newDatabase();
    const store = await openStore(url);
    given = { url, ...(await fillStore(store)) };
    await store.close();
  });

  test('the whole store is ok, and every check says what it looked at', async () => {
    const { code, out } = await runCli(['verify', '--data-dir', dataDir], { PERDURE_DATABASE_URL: given.url });
    expect(out).toMatch(/^verdict: ok, 10 checks in \d+\.\d s\n$/m);
    for (const id of ['file', 'I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'blobs']) {
      expect(out).toMatch(new RegExp(`^ok +${id} .*\\n +looked at [1-9]`, 'm'));
    }
    expect(out).toMatch(/looked at \d+ pages, [1-9]\d* tables, [1-9]\d* rows, [1-9]\d* references, [1-9]\d* indexes/);
    expect(code).toBe(0);
  });

  test('it leaves nothing in the database', async () => {
    const count = () => ask(given.url, 'select count(*)::int as n from pg_class');
    const before = await count();
    await verified(dataDir, '--database', given.url);
    expect(await count()).toEqual(before);
  });

  test.each(corruptions.filter(({ needsSqlite }) => !needsSqlite))(
    '$name is found under $found',
    async ({ sql, found, naming, also = [] }) => {
      const url = await server().newDatabase(given.url);
      const names = new Map([['MAIN', given.main], ...given.turns.map((id, i) => [`T${i + 1}`, id] as const)]);
      const named = sql.replaceAll(/\b(?:MAIN|T[1-4])\b/g, (name) => names.get(name) ?? name);
      await ask(url, `${asInSqlite}; ${named.replaceAll(/drop table (\w+)/g, 'drop table $1 cascade')}`);
      const { code, report } = await verified(dataDir, '--database', url);
      expect({ code, verdict: report.verdict }).toEqual({ code: 1, verdict: 'violated' });
      const broken = report.checks.filter((check) => !check.ok);
      let examples = broken.find((check) => check.id === found)?.examples.join('\n') ?? '';
      for (const [name, id] of names) examples = examples.replaceAll(id, name);
      expect(examples, JSON.stringify(broken)).toMatch(naming);
      expect(broken.map((check) => check.id).toSorted(), JSON.stringify(broken)).toEqual([found, ...also].toSorted());
    },
  );

  test.each([
    [
      'a reference that is not kept',
      'alter table session_members drop constraint session_members_user_id_fkey',
      /constraint session_members_user_id_fkey of session_members is missing/,
    ],
    [
      'a column that orders text as a language does',
      'alter table users alter column username type text collate "default"',
      /table users is defined otherwise/,
    ],
    ['a table that is gone', 'drop table session_state', /table session_state is missing/],
  ])('%s is found in the file', async (_what, sql, naming) => {
    const url = await server().newDatabase(given.url);
    await ask(url, sql);
    const { report } = await verified(dataDir, '--database', url);
    expect(report.checks.find(({ id }) => id === 'file')?.examples.join('\n')).toMatch(naming);
  });

  test('a database without a store, one that is not there and one nobody answers for are clear verdicts', async () => {
    const empty = await server().newDatabase();
    const missing = given.url.replace(/test_\d+/, 'nowhere');
    const silent = 'postgres://perdure:secret-word@localhost:1/perdure';
    const verdicts = [];
    for (const url of [empty, missing, silent]) {
      const { code, out } = await runCli(['verify', '--data-dir', dataDir, '--database', url, '--json']);
      expect(out).not.toContain('secret-word');
      const { verdict } = JSON.parse(out) as { verdict: string };
      verdicts.push([code, verdict]);
    }
    expect(verdicts).toEqual([
      [1, 'not_a_store'],
      [1, 'missing'],
      [1, 'unreadable'],
    ]);
  });

  test('beside servers a turn is left alone when its lease is over by the clock of the database', async () => {
    const found = [];
    for (const seconds of [3_600, -3_600]) {
      const url = await server().newDatabase(given.url);
      await ask(
        url,
        `update turns set lease_boot = 'postgres',
          lease_until_ms = extract(epoch from clock_timestamp())::bigint * 1000 + ${seconds * 1_000} where state = 'running'`,
      );
      const { report } = await verified(dataDir, '--database', url, '--live');
      found.push(report.checks.find(({ id }) => id === 'I5')?.examples.map((each) => each.replace(/fence.*/, '')));
    }
    expect(found).toEqual([[], [`turn ${given.turns[2]} is running `]]);
  });

  test('stores of other versions are clear verdicts', async () => {
    const verdicts = [];
    for (const sql of [
      "insert into schema_migrations values (999, '', '')",
      'delete from schema_migrations where id > 1',
    ]) {
      const url = await server().newDatabase(given.url);
      await ask(url, sql);
      verdicts.push((await verified(dataDir, '--database', url)).report.verdict);
    }
    expect(verdicts).toEqual(['newer', 'older']);
  });
});

test('an address that is none is wrong usage', async () => {
  expect(await runCli(['verify', '--database', 'mysql://somewhere/else'])).toMatchObject({ code: 2, out: '' });
});

/** What the corruptions are written with: SQLite's functions on JSON, and references that nobody enforces. */
const asInSqlite = `set session_replication_role = replica;
  create function json_set(document text, path text, value json) returns text language sql as $$
    select jsonb_set(document::jsonb, string_to_array(regexp_replace(substr(path, 3), '\\[(\\d+)\\]', '.\\1', 'g'), '.'),
      value::jsonb)::text $$;
  create function json_set(document text, path text, value integer) returns text language sql as $$
    select json_set(document, path, to_json(value)) $$;
  create function json_set(document text, path text, value text) returns text language sql as $$
    select json_set(document, path, to_json(value)) $$`;

async function ask(url: string, statements: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statements)).rows;
  } finally {
    await client.end();
  }
}
