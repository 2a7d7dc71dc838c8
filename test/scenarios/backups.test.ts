import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/testing/run-cli.ts';
import { type BackupState, backupState } from '../../src/contract/backups.ts';
import { nowSnapshot } from '../../src/contract/now.ts';
import { inPostgres } from '../../src/store/conformance/in-postgres.ts';
import { answered, type Client } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { flipBytes } from '../faults/flip-bytes.ts';
import { PostgresInstances } from '../faults/postgres-instances.ts';
import type { Person } from '../given.ts';
import { slowStartMs, sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';

/** What the administrator sees of backups, as the command line leaves it in the store of servers that run. */
type Served = {
  /** An administrator at each server on the store. */
  admins: readonly Client[];
  dataDir: string;
  env: Record<string, string>;
};

const ageOf = (metrics: string) =>
  Number(/^perdure_verified_backup_age_seconds (\S+)/m.exec(metrics)?.[1]?.replace('+Inf', 'Infinity'));

function rows(served: () => Served): void {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perdure-backups-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const at = (name: string) => join(folder, name);
  const backUp = (name: string) => runCli(['backup', '--data-dir', served().dataDir, '--to', at(name)], served().env);
  const check = (name: string, into: string) =>
    runCli(['restore', '--from', at(name), '--data-dir', at(into), '--verify'], {
      ...served().env,
      PERDURE_DATA_DIR: served().dataDir,
    });
  /** What every server says, which is the same. */
  const state = async (): Promise<BackupState> => {
    const states = await Promise.all(
      served().admins.map(async (admin) => answered(await admin.get('/api/admin/backups'), 200, backupState)),
    );
    for (const admin of served().admins) {
      expect(answered(await admin.get('/api/admin/now'), 200, nowSnapshot).backups).toEqual(states[0]);
    }
    for (const each of states) expect(each).toEqual(states[0]);
    return states[0] as BackupState;
  };
  const ages = () => Promise.all(served().admins.map(async (admin) => ageOf((await admin.get('/metrics')).text)));

  test('never, then the newest that was verified, and none once it is found damaged', async () => {
    expect(await state()).toEqual({ verified: null, failed: null });
    for (const age of await ages()) expect(age).toBe(Number.POSITIVE_INFINITY);

    const begunAt = new Date().toISOString();
    const made = await backUp('first');
    expect([made.code, made.out]).toEqual([0, expect.not.stringContaining('could not be noted')]);
    const { verified, failed } = await state();
    expect(failed).toBeNull();
    expect(verified).toMatchObject({ originals: 1, bytes: expect.any(Number) as number });
    expect((verified?.made_at ?? '') >= begunAt).toBe(true);
    expect((verified?.checked_at ?? '') >= (verified?.made_at ?? '')).toBe(true);
    await waitFor('the age in the metrics', async () => (await ages()).every((age) => age < 300));

    const again = await check('first', 'restored');
    expect(again.code).toBe(0);
    const later = await state();
    expect(later.verified?.made_at).toBe(verified?.made_at);
    expect((later.verified?.checked_at ?? '') > (verified?.checked_at ?? '')).toBe(true);

    await flipBytes(join(at('first'), 'files', readdirSync(join(at('first'), 'files'))[0] ?? ''), 1, 0.5);
    const damaged = await check('first', 'damaged');
    expect([damaged.code, damaged.out]).toEqual([
      1,
      expect.stringMatching(/^The original \S+ of the backup is another/),
    ]);
    expect(await state()).toMatchObject({ verified: null, failed: { was_verified: true } });
    await waitFor('no age in the metrics', async () => (await ages()).every((age) => age === Number.POSITIVE_INFINITY));
  });

  test('a try that fails is told beside the backup that there is', async () => {
    expect((await backUp('good')).code).toBe(0);
    const before = await state();
    const args = ['backup', '--data-dir', served().dataDir, '--to', at('bad')];
    symlinkSync(at('of nothing'), at('bad'));
    expect((await runCli(args, served().env)).code).toBe(1);
    expect(await state()).toMatchObject({ verified: before.verified, failed: { was_verified: false } });
    expect((await backUp('next')).code).toBe(0);
    expect((await state()).failed).toBeNull();
  });

  test('a backup that is not of this store says nothing about it', async () => {
    expect((await backUp('ours')).code).toBe(0);
    expect((await check('ours', 'other')).code).toBe(0);
    const ours = await state();
    const other = ['backup', '--data-dir', at('other'), '--to', at('theirs')];
    expect((await runCli(other)).code).toBe(0);
    await flipBytes(join(at('theirs'), 'perdure.db'), 8, 0.5);
    expect((await check('theirs', 'nothing')).code).toBe(1);
    expect(await state()).toEqual(ours);
  });
}

async function addDocument(person: Person): Promise<void> {
  const { id } = await newCorpus(person, 'Animals');
  await untilRead(person, await upload(person, id, 'okapi.md', 'The okapi is shy.'));
}

describe('on SQLite', () => {
  const server = sharedServer();
  beforeAll(async () => {
    await addDocument(server().admin);
  }, slowStartMs);
  rows(() => ({ admins: [server().admin.client], dataDir: server().dataDir, env: {} }));
});

inPostgres('on PostgreSQL, at every server', (database) => {
  let instances: PostgresInstances;
  let served: Served;
  const dataDir = mkdtempSync(join(tmpdir(), 'perdure-backups-dir-'));
  beforeAll(async () => {
    instances = await PostgresInstances.start(database(), 2);
    const admin = await instances.signIn(0);
    await addDocument(admin);
    const admins = [0, 1].map((index) => instances.client(index, admin));
    served = { admins, dataDir, env: { PERDURE_DATABASE_URL: instances.databaseUrl } };
  }, slowStartMs);
  afterAll(async () => {
    await instances?.[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true, force: true });
  });
  rows(() => served);
});
