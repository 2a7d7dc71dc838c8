import { execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { findPostgres, noPostgres } from './find-postgres.ts';

/** A PostgreSQL server of a test's own, in a temporary folder, reached by a socket there. */
export type PrivatePostgres = {
  /** Makes a database, empty or a copy of one that nobody is connected to. @returns its address */
  newDatabase(copied?: string): Promise<string>;
  /** Ends the server at once, as a power cut would; `start` has it again with the same data. */
  kill(): Promise<void>;
  /** SIGKILL of the server and each of its processes in one moment, none of which can tidy up. */
  killAll(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

const run = promisify(execFile);
/** PostgreSQL refuses to run as root: then it runs as nobody. */
const nobody = { uid: 65_534, gid: 65_534 };
const startWithinMs = 20_000;

/** @param options.syncs  a commit waits for the disk, as PostgreSQL's own defaults have it; without, tests are quicker */
export async function openPrivatePostgres({ syncs = false } = {}): Promise<PrivatePostgres> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error(noPostgres);
  const folder = await mkdtemp(join(tmpdir(), 'perdure-pg-'));
  const isRoot = userInfo().uid === 0;
  const as = isRoot ? nobody : {};
  if (isRoot) await chown(folder, nobody.uid, nobody.gid);
  const data = join(folder, 'data');
  // Words in the order of a language, so that nothing passes because the database orders by bytes.
  const order = ['--encoding=UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en'];
  await run(join(programs, 'initdb'), ['-D', data, '-U', 'perdure', '--auth=trust', '--no-sync', ...order], {
    cwd: folder,
    ...as,
  });
  const addressOf = (database: string) => `postgres://perdure@localhost/${database}?host=${encodeURIComponent(folder)}`;
  let server: ReturnType<typeof spawn> | undefined;
  let databases = 0;

  async function start(): Promise<void> {
    const options = [
      '-D',
      data,
      '-k',
      folder,
      '-c',
      'listen_addresses=',
      '-c',
      'max_connections=200',
      '-c',
      `fsync=${syncs ? 'on' : 'off'}`,
    ];
    const launch = () => spawn(join(programs ?? '', 'postgres'), options, { cwd: folder, stdio: 'ignore', ...as });
    server = launch();
    for (const untilMs = performance.now() + startWithinMs; ; await pause(50)) {
      // Killed children hold the shared memory for a moment, in which no other can begin.
      if (server.exitCode !== null) server = launch();
      try {
        return await ask('postgres', 'select 1');
      } catch (error) {
        if (performance.now() > untilMs) throw error;
      }
    }
  }

  async function ask(database: string, statement: string): Promise<void> {
    const client = new Client({ connectionString: addressOf(database) });
    await client.connect();
    await client.query(statement);
    await client.end();
  }

  async function end(signal: 'SIGQUIT' | 'SIGKILL' | 'SIGINT'): Promise<void> {
    const ended = server && new Promise((done) => server?.once('exit', done));
    server?.kill(signal);
    await ended;
    server = undefined;
  }

  async function killAll(): Promise<void> {
    const main = server?.pid;
    if (main === undefined) return;
    // Stopped first, so that it has no child that is not on the list.
    process.kill(main, 'SIGSTOP');
    for (const pid of await childrenOf(main)) process.kill(pid, 'SIGKILL');
    await end('SIGKILL');
  }

  await start();
  return {
    start,
    async newDatabase(copied) {
      databases += 1;
      const template = copied === undefined ? '' : `template ${new URL(copied).pathname.slice(1)}`;
      await ask('postgres', `create database test_${databases} ${template}`);
      return addressOf(`test_${databases}`);
    },
    kill: () => end('SIGQUIT'),
    killAll,
    async close() {
      await end('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Linux tells. @see https://man7.org/linux/man-pages/man5/proc_pid_task.5.html */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
