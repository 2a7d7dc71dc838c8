import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findPostgres } from '../src/store/conformance/find-postgres.ts';
import { findNginx } from '../test/faults/find-nginx.ts';
import { buildWebApp } from './build-web.ts';
import { type ReportedTest, rowsPerBackend } from './support/rows-per-backend.ts';

/** `npm test`: gets what the tests need of the machine, builds the web app, runs everything, and ends with the totals on one line.
 *  `npm test -- PATH …` runs some. */

const root = fileURLToPath(new URL('..', import.meta.url));

/** A program of the machine that some tests need. */
type Need = {
  locate(): string | undefined;
  /** Debian's package. */
  debian: string;
  tests: string;
};

const needs: readonly Need[] = [
  {
    locate: () => onPath('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'),
    debian: 'chromium',
    tests: 'the tests in a browser',
  },
  {
    locate: () => onPath('sqlite3'),
    debian: 'sqlite3',
    tests: "the tests that read the database with Debian's sqlite3",
  },
  {
    locate: () => onPath('faketime'),
    debian: 'faketime',
    tests: 'the attack with wrong clocks',
  },
  {
    locate: findPostgres,
    debian: 'postgresql',
    tests: 'the tests on PostgreSQL',
  },
  {
    locate: findNginx,
    debian: 'nginx-light',
    tests: 'the attacks on servers behind nginx',
  },
];

/** Where the minutes of a run went. */
const slowestShown = 20;

const isCi = process.env.CI === 'true' || process.env.CI === '1';
const missingInCi = prepareMachine();
buildWebApp();
const folder = mkdtempSync(join(tmpdir(), 'perdure-test-'));
const report = join(folder, 'report.json');
const exitCode = await runVitest();
const totals = readTotals();
rmSync(folder, { recursive: true, force: true });

const failed = totals.failed + missingInCi + totals.unevenBackends + (exitCode !== 0 && totals.failed === 0 ? 1 : 0);
if (exitCode !== 0 && totals.failed === 0) say('Something failed outside of any test; the lines above say what.');
if (totals.passed + totals.failed === 0) say('No test ran, which is a failure.');
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
process.stdout.write(`${totals.passed} passed, ${failed} failed${skipped}\n`);
process.exitCode = failed > 0 || totals.passed === 0 ? 1 : 0;

/** Installs what is missing where that is possible; says what to install where it is not. Tests look for a program on the PATH and are skipped
 *  without it; in CI that is a failure.
 *  @returns how many programs are missing in CI */
function prepareMachine(): number {
  const missing = needs.filter((need) => need.locate() === undefined);
  if (missing.length > 0 && process.getuid?.() === 0 && onPath('apt-get') !== undefined) install(missing);
  const left = missing.filter((need) => need.locate() === undefined);
  for (const { debian, tests } of left) {
    say(`${debian} is not installed: ${tests} ${isCi ? 'cannot run, which is a failure in CI' : 'are skipped'}.`);
    say(`On Debian and Ubuntu: sudo apt-get install -y ${debian}`);
  }
  return isCi ? left.length : 0;
}

function install(missing: readonly Need[]): void {
  const packages = missing.map((need) => need.debian);
  say(`Installing ${packages.join(' and ')} with apt-get …`);
  if (packages.includes('postgresql')) keepFromServing();
  const allowNginx = packages.includes('nginx-light') ? keepNginxFromServing() : undefined;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const { status, stderr } = spawnSync('apt-get', args, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status === 0) continue;
    say(`apt-get ${args[0]} failed: ${stderr.trim().split('\n').at(-1) ?? ''}`);
    break;
  }
  allowNginx?.();
}

/** Debian's package would make a database of its own and serve it. Tests start theirs. */
function keepFromServing(): void {
  const folder = '/etc/postgresql-common/createcluster.d';
  if (existsSync('/etc/postgresql-common/createcluster.conf')) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'no-main-cluster.conf'), 'create_main_cluster = false\n');
}

/** Debian's package would serve a page on port 80. @returns allows what was forbidden */
function keepNginxFromServing(): (() => void) | undefined {
  const unit = '/etc/systemd/system/nginx.service';
  if (existsSync(unit) || !existsSync(dirname(unit))) return undefined;
  symlinkSync('/dev/null', unit);
  return () => rmSync(unit);
}

/** The first of these commands that is there. */
function onPath(...commands: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return commands.flatMap((command) => folders.map((folder) => join(folder, command))).find((path) => existsSync(path));
}

/** Runs vitest with its output passed on as it comes. Settings of a server that this shell may hold are kept from the tests. */
function runVitest(): Promise<number> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PERDURE_'));
  const args = [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ];
  const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: root,
    env: Object.fromEntries(inherited),
    stdio: 'inherit',
  });
  const stop = () => child.kill('SIGTERM');
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** A file that failed before its first test counts as one failure. */
function readTotals(): { passed: number; failed: number; skipped: number; unevenBackends: number } {
  const schema = z.object({
    numPassedTests: z.number(),
    numFailedTests: z.number(),
    numPendingTests: z.number(),
    numTodoTests: z.number(),
    testResults: z.array(
      z.object({
        name: z.string(),
        startTime: z.number(),
        endTime: z.number(),
        status: z.string(),
        assertionResults: z.array(z.object({ status: z.string(), ancestorTitles: z.array(z.string()) })),
      }),
    ),
  });
  if (!existsSync(report)) return { passed: 0, failed: 0, skipped: 0, unevenBackends: 0 };
  const totals = schema.parse(JSON.parse(readFileSync(report, 'utf8')));
  const slowest = totals.testResults
    .map(({ name, startTime, endTime }) => ({ name: relative(root, name), seconds: (endTime - startTime) / 1000 }))
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, slowestShown);
  say(`Slowest files: ${slowest.map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`).join(', ')}`);
  const brokenFiles = totals.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((assertion) => assertion.status !== 'failed'),
  ).length;
  return {
    passed: totals.numPassedTests,
    failed: totals.numFailedTests + brokenFiles,
    skipped: totals.numPendingTests + totals.numTodoTests,
    unevenBackends: tellRows(totals.testResults.flatMap((file) => file.assertionResults)),
  };
}

/** Says how many rows of the store's suite ran on each backend. @returns how many backends ran other rows than they must; of a part of the tests
 *  that is not asked */
function tellRows(tests: readonly ReportedTest[]): number {
  const { ran, wrong } = rowsPerBackend(tests, findPostgres() === undefined ? ['PostgreSQL'] : []);
  const counts = Object.entries(ran).filter(([, count]) => count > 0);
  if (counts.length > 0) say(`Rows of the store: ${counts.map(([name, count]) => `${name} ${count}`).join(', ')}`);
  if (process.argv.length > 2) return 0;
  for (const each of wrong) say(each);
  return wrong.length;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
