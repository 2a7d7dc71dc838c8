import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queryDatabase } from '../../database.ts';
import { openSession, signIn } from '../../given.ts';
import { ServerProcess } from '../../server-process.ts';
import { waitFor } from '../../wait-for.ts';
import type { Tally } from '../attack.ts';
import { History } from '../history.ts';
import { judge } from '../judge.ts';
import { type CommandName, ways } from './index.ts';
import { type KillPoint, nameOf } from './kill-point.ts';
import { untilKilled } from './until-killed.ts';
import { type Ask, finds } from './way.ts';

const password = 'only in kill tests 2026';
const handbookDir = new URL('../../../docs/handbook', import.meta.url);

/** Kills the very first start of a server at a point; the next one is as good as a first. */
export async function killFirstStart(point: KillPoint, tally: Tally): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'perdure-first-'));
  // A file where the model's folder would be: nothing is embedded.
  await writeFile(join(dataDir, 'models'), '');
  const ask: Ask = (sql, ...values) => queryDatabase(join(dataDir, 'perdure.db'), sql, ...values);
  const env = { PERDURE_ADMIN_PASSWORD: password, PERDURE_LOG_LEVEL: 'error' };
  const look = async () => {
    const { lost, doubled, breaches } = await judge(dataDir, new History());
    tally.lost += lost;
    tally.doubled += doubled;
    tally.breaches.push(...breaches.map((breach) => `${nameOf(point)}: ${breach}`));
  };
  let next: ServerProcess | undefined;
  try {
    const armed = { ...env, PERDURE_TEST_KILL_AT: nameOf(point) };
    await untilKilled(() => ServerProcess.start({ dataDir, env: armed }), byItself);
    tally.faults += 1;
    await look();
    assert.equal(
      isStored(point.name, ask),
      point.moment === 'after',
      'a command is there exactly when it was committed',
    );
    next = await ServerProcess.start({ dataDir, env });
    await checkIsWhole(next, ask);
    await look();
  } catch (error) {
    tally.breaches.push(`${nameOf(point)}: ${String(error)}`);
  } finally {
    await next?.kill();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const byItself = () => Promise.resolve();

function isStored(name: CommandName, ask: Ask): boolean {
  const way = ways[name];
  if (way.place !== 'first start') throw new Error(`${name} is no part of a first start`);
  return way.isStored(ask);
}

/** The administrator signs in, there is an agent to talk to, and the handbook is there once. */
async function checkIsWhole(server: ServerProcess, ask: Ask): Promise<void> {
  const admin = await signIn(server.url, 'admin', password);
  await openSession(admin);
  const imported = `select 1 from settings where key = 'knowledge.handbook' and json_extract(value, '$.isImported')`;
  await waitFor('the handbook', () => finds(ask, imported));
  const files = (await readdir(handbookDir)).filter((name) => name.endsWith('.md'));
  assert.deepEqual(
    ask('select filename from documents order by filename').map(({ filename }) => filename),
    files.toSorted(),
  );
  assert.equal(ask('select 1 from corpora').length, 1);
  assert.equal(ask('select 1 from users').length, 1);
}
