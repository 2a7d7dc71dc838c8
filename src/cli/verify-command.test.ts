import { fork } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, givenFullStore, givenStore, Writer } from '../admin/verify/testing/given-store.ts';
import { byServer } from '../contract/audit.ts';
import { toEvent } from '../events/to-event.ts';
import { newId, sha256 } from '../ids.ts';
import { openSnapshot } from '../store/sqlite/snapshot.ts';
import { runCli, verified } from './testing/run-cli.ts';

let given: Awaited<ReturnType<typeof givenFullStore>>;
beforeAll(async () => {
  given = await givenFullStore();
});
afterAll(() => given.close());

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-cli-'));
  folders.push(folder);
  return folder;
}

test('a closed store is ok, every check says what it looked at, and no file appears beside it', async () => {
  const dataDir = newFolder();
  copyFileSync(given.path, join(dataDir, 'perdure.db'));
  const { code, out } = await runCli(['verify'], { PERDURE_DATA_DIR: dataDir });
  expect(code).toBe(0);
  expect(out).toMatch(/^verdict: ok, 10 checks in \d+\.\d s\n$/m);
  for (const id of ['file', 'I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'blobs']) {
    expect(out).toMatch(new RegExp(`^ok +${id} .*\\n +looked at [1-9]`, 'm'));
  }
  expect(out).toContain('1 running, 1 queued, 0 waiting for approval: they will be continued');
  expect(out).toMatch(/[1-9]\d* audit records are sealed, 0 are not yet/);
  expect(out).not.toMatch(/okapi/i);
  expect(readdirSync(dataDir)).toEqual(['perdure.db']);
});

test('what a guest said and was answered, once erased, is counted apart and breaks nothing', async () => {
  const written = await givenStore();
  const { store, user, writer } = written;
  const change = { at, by: byServer };
  const sessionId = await writer.session();
  const guest = newId();
  const named = { username: 'guest', displayName: 'Guest', role: 'member', passwordHash: 'hash' } as const;
  await store.write.createUser({ ...change, ...named, userId: guest });
  const shared = { sessionId, userId: user, subject: { kind: 'user', id: guest }, level: 'write' } as const;
  await store.write.shareSession({ ...change, ...shared });
  const asGuest = new Writer(store, guest);
  const turnId = await asGuest.send(sessionId);
  await asGuest.answer(await asGuest.claim());
  for (const userId of [user, guest]) {
    await store.write.putFeedback({ ...change, userId, sessionId, turnId, rating: 'up', reason: '' });
  }
  await store.write.eraseUser({ ...change, userId: guest, corpora: 'keep' });
  while ((await store.write.clearErased({ maxRows: 5, withoutFile: [], at })).did === 'some');
  await store.write.removeFeedback({ ...change, userId: user, sessionId, turnId });
  await store.close();
  const { report } = await verified(written.folder);
  written.close();
  expect(report.checks.flatMap(({ examples }) => examples)).toEqual([]);
  expect(report.checks.find((check) => check.id === 'I2')?.looked['redacted payloads']).toBeGreaterThan(3);
});

test.each([
  ['nothing', 'missing', () => {}],
  ['an empty file', 'not_a_store', (path: string) => writeFileSync(path, '')],
  ['something else', 'not_a_store', (path: string) => writeFileSync(path, 'no database '.repeat(1000))],
  ['a database of somebody else', 'not_a_store', (path: string) => new DatabaseSync(path).exec('create table t (a)')],
  [
    'a store of a newer version',
    'newer',
    (path: string) => changeMigrations(path, `insert into schema_migrations values (999, '', '')`),
  ],
  [
    'a store of an older version',
    'older',
    (path: string) => changeMigrations(path, 'delete from schema_migrations where id > 1'),
  ],
] as const)('%s is a clear verdict: %s', async (_what, verdict, make) => {
  const dataDir = newFolder();
  const path = join(dataDir, 'perdure.db');
  make(path);
  const before = readdirSync(dataDir);
  const { code, report } = await verified(dataDir);
  expect({ code, verdict: report.verdict, checks: report.checks }).toEqual({ code: 1, verdict, checks: [] });
  expect(report.sentence).toMatch(/^[A-Z].+\.$/);
  expect(readdirSync(dataDir)).toEqual(before);
});

function changeMigrations(path: string, sql: string): void {
  copyFileSync(given.path, path);
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

test('an unknown command and an unknown option are one clear line and exit 2', async () => {
  for (const argv of [[], ['verfy'], ['verify', '--fast'], ['verify', 'here']]) {
    const { code, out, err } = await runCli(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^perdure: .+$/);
  }
  expect(await runCli(['help'])).toMatchObject({ code: 0, out: expect.stringContaining('verify') });
  expect(await runCli(['verify', '--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--data-dir') });
});

test('with --live a turn that nobody takes on is a violation', async () => {
  const { code, report } = await verified(given.folder, '--live');
  expect(code).toBe(1);
  const broken = report.checks.filter((check) => !check.ok);
  expect(broken.map((check) => check.id)).toEqual(['I5']);
  expect(broken[0]?.examples).toEqual([
    expect.stringContaining(`turn ${given.turns[2]} is running fence 2 lease 16000, and nobody has it`),
  ]);
});

test('what a client applied is held against the log, byte for byte', async () => {
  const file = join(newFolder(), 'applied.jsonl');
  const sent = await sentEvents(given.path, given.main);
  const whole = sent.map(({ seq, text }) =>
    seq % 2 === 0 ? { session_id: given.main, seq, event: text } : { session_id: given.main, seq, hash: sha256(text) },
  );
  const write = (lines: object[]) => writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const examples = async () => {
    const { report } = await verified(given.folder, '--applied', file);
    return report.checks.filter((check) => !check.ok).flatMap((check) => [check.id, ...check.examples]);
  };
  write(whole);
  expect(await examples()).toEqual([]);
  write(sent.map(({ seq, text }) => ({ session_id: given.main, seq, event: JSON.parse(text) as object })));
  expect(await examples()).toEqual([]);

  write(whole.toSpliced(3, 1));
  expect(await examples()).toEqual(['I3', expect.stringContaining('seq 5 was applied after 3')]);
  write([...whole, { session_id: given.main, seq: sent.length + 1, hash: 'x' }]);
  expect(await examples()).toEqual(['I3', expect.stringContaining('is not in the log')]);
  write(whole.map((line, i) => (i === 1 ? { ...line, event: sent[1]?.text.replace('queued', 'Queued') } : line)));
  expect(await examples()).toEqual(['I3', expect.stringContaining('seq 2 is not what the log holds')]);
});

async function sentEvents(path: string, sessionId: string): Promise<{ seq: number; text: string }[]> {
  const opened = openSnapshot(path);
  if (opened.outcome !== 'opened') throw new Error(opened.reason);
  const events: { seq: number; text: string }[] = [];
  for (let seq = 1; ; seq++) {
    const event = await opened.snapshot.read.eventAt({ sessionId, seq });
    if (!event) break;
    events.push({ seq, text: JSON.stringify(toEvent(event)) });
  }
  await opened.snapshot.close();
  return events;
}

test('beside a process that writes, and after it was killed, there is no false alarm in 20 rounds', async () => {
  const store = await givenStore();
  await store.store.close();
  const file = fileURLToPath(new URL('../admin/verify/testing/append.child.ts', import.meta.url));
  const child = fork(file, [store.path, store.user], { stdio: 'inherit' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await new Promise((resolve) => child.once('message', resolve));
    const seen = new Set<number>();
    // A slow disk may give the writer less to do than verify: rounds go on until ten moments were seen.
    for (let round = 0; round < 20 || seen.size < 10; round++) {
      const { code, report } = await verified(store.folder);
      expect({ code, broken: report.checks.filter((check) => !check.ok) }).toEqual({ code: 0, broken: [] });
      seen.add(report.checks.find((check) => check.id === 'I2')?.looked.events ?? 0);
    }
    child.kill('SIGKILL');
    await ended;
    const copied = newFolder();
    for (const name of ['perdure.db', 'perdure.db-wal']) copyFileSync(join(store.folder, name), join(copied, name));
    for (const dataDir of [store.folder, copied]) expect(await verified(dataDir)).toMatchObject({ code: 0 });
  } finally {
    child.kill('SIGKILL');
    store.close();
  }
}, 120_000);
