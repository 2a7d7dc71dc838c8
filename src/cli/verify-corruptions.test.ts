import { closeSync, copyFileSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corruptions } from '../admin/verify/testing/corruptions.ts';
import { givenFullStore } from '../admin/verify/testing/given-store.ts';
import { verified } from './testing/run-cli.ts';

let given: Awaited<ReturnType<typeof givenFullStore>>;
let copies = 0;
beforeAll(async () => {
  given = await givenFullStore();
});
afterAll(() => given.close());

/** A data directory with a copy of the whole store. */
function givenCopy(): { dataDir: string; path: string } {
  const dataDir = join(given.folder, `copy-${copies++}`);
  mkdirSync(dataDir);
  const path = join(dataDir, 'perdure.db');
  copyFileSync(given.path, path);
  return { dataDir, path };
}

test('the whole store is ok', async () => {
  const { code, report } = await verified(givenCopy().dataDir);
  expect({ code, broken: report.checks.filter((check) => !check.ok) }).toEqual({ code: 0, broken: [] });
});

test.each(corruptions)('$name is found under $found', async ({ sql, found, naming, also = [] }) => {
  const { dataDir, path } = givenCopy();
  const names = new Map([['MAIN', given.main], ...given.turns.map((id, i) => [`T${i + 1}`, id] as const)]);
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec(sql.replaceAll(/\b(?:MAIN|T[1-4])\b/g, (name) => names.get(name) ?? name));
  database.close();
  const { code, report } = await verified(dataDir);
  expect(code).toBe(1);
  expect(report.verdict).toBe('violated');
  const broken = report.checks.filter((check) => !check.ok);
  let examples = broken.find((check) => check.id === found)?.examples.join('\n') ?? '';
  for (const [name, id] of names) examples = examples.replaceAll(id, name);
  expect(examples).toMatch(naming);
  expect(broken.map((check) => check.id).toSorted(), JSON.stringify(broken)).toEqual([found, ...also].toSorted());
});

test('eight bytes flipped in a page of the log are found in the file', async () => {
  const { dataDir, path } = givenCopy();
  const database = new DatabaseSync(path, { readOnly: true });
  const { rootpage } = database.prepare(`select rootpage from sqlite_master where name = 'session_events'`).get() as {
    rootpage: number;
  };
  const { page_size } = database.prepare('pragma page_size').get() as { page_size: number };
  database.close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(8, 0xa5), 0, 8, (rootpage - 1) * page_size);
  closeSync(file);
  const { code, report } = await verified(dataDir);
  expect(code).toBe(1);
  expect(report.checks.find((check) => check.id === 'file')).toMatchObject({ ok: false });
  expect(report.sentence).toMatch(/^violated: file/);
});
