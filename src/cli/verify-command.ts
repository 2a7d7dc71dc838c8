import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readAnchors } from '../admin/audit/anchor-files.ts';
import { overdueSeals } from '../admin/verify/check-audit.ts';
import { lookAgainMs, overdueTurns } from '../admin/verify/check-unfinished.ts';
import type { CheckResult } from '../admin/verify/checks.ts';
import { verifyStore } from '../admin/verify/verify-store.ts';
import { type Clock, delay } from '../clock.ts';
import type { OpenedSnapshot } from '../store/queries/verify.ts';
import { renderReport, type VerifyReport, verdictOf } from './render-report.ts';
import { UsageError } from './usage-error.ts';

export type VerifyPorts = {
  openSnapshot(path: string): OpenedSnapshot;
  /** The store in a PostgreSQL database, by its address. */
  openDatabase(url: string): Promise<OpenedSnapshot>;
  /** The lines of a file. */
  linesOf(path: string): AsyncIterable<string>;
  clock: Clock;
  bootId: string;
  /** Turns a server runs at once. */
  maxRunning: number;
  env: Readonly<Record<string, string | undefined>>;
  print(text: string): void;
};

const help = `perdure verify [--data-dir DIR] [--database URL] [--json] [--live] [--applied FILE]

Checks the store in a data directory or in PostgreSQL, while servers run on it or not. It changes nothing.
  --data-dir DIR  the data directory; PERDURE_DATA_DIR or ./data when left out
  --database URL  the PostgreSQL database that the store is in; PERDURE_DATABASE_URL when left out, which keeps a
                  password out of the list of processes. Of the data directory the anchors of the audit log are read
  --json          prints one JSON object instead of text
  --live          a server runs: turns that nobody takes on and audit records that nobody seals are violations
                  (looks twice, ${lookAgainMs / 1000} s apart)
  --applied FILE  what clients applied, one JSON object a line: {session_id, seq, event or hash, client?}
Exit code: 0 ok, 1 violated or no store to check, 2 wrong usage
`;

/** `perdure verify`. @returns the exit code */
export async function runVerify(ports: VerifyPorts, args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    ports.print(help);
    return 0;
  }
  const report = await verify(ports, placeOf(ports, options), options);
  ports.print(options.json ? `${JSON.stringify(report)}\n` : renderReport(report));
  return report.verdict === 'ok' ? 0 : 1;
}

/** Checks the store in a data directory and prints what was found. */
export function verifyDirectory(ports: VerifyPorts, dataDir: string): Promise<Verdict> {
  return verifyPlace(ports, fileAt(ports, join(dataDir, 'perdure.db')));
}

/** The same for the store in a database; anchors of the audit log are elsewhere, and are not looked at. */
export function verifyDatabase(ports: VerifyPorts, url: string): Promise<Verdict> {
  return verifyPlace(ports, { path: addressOf(url), open: () => ports.openDatabase(url) });
}

export type Verdict = VerifyReport['verdict'];

async function verifyPlace(ports: VerifyPorts, place: Place): Promise<Verdict> {
  const report = await verify(ports, place, { live: false });
  ports.print(renderReport(report));
  return report.verdict;
}

function parseOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'data-dir': { type: 'string' },
        database: { type: 'string' },
        json: { type: 'boolean', default: false },
        live: { type: 'boolean', default: false },
        applied: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

type Options = { live: boolean; applied?: string | undefined };

/** Where the store is. */
type Place = {
  /** Without a password. */
  path: string;
  /** The folder of the audit log's anchors; left out where there is none. */
  dataDir?: string;
  open(): OpenedSnapshot | Promise<OpenedSnapshot>;
};

function placeOf(ports: VerifyPorts, options: ReturnType<typeof parseOptions>): Place {
  const { env, openDatabase } = ports;
  const dataDir = resolve(options['data-dir'] ?? env.PERDURE_DATA_DIR ?? './data');
  const database = options.database ?? (env.PERDURE_DATABASE_URL || undefined);
  if (database !== undefined) return { path: addressOf(database), dataDir, open: () => openDatabase(database) };
  return fileAt(ports, join(dataDir, 'perdure.db'));
}

function fileAt({ openSnapshot }: VerifyPorts, path: string): Place {
  return { path, dataDir: dirname(path), open: () => openSnapshot(path) };
}

/** A database's address as it can be shown. */
export function addressOf(database: string): string {
  const url = URL.parse(database);
  if (!url || !/^postgres(?:ql)?:$/.test(url.protocol)) {
    throw new UsageError('the address of a database is postgres://user:password@host/database');
  }
  return `${url.protocol}//${url.username}${url.username && '@'}${url.host}${url.pathname}`;
}

async function verify(ports: VerifyPorts, place: Place, options: Options): Promise<VerifyReport> {
  const startedMs = ports.clock.monotonicMs();
  const report = (verdict: VerifyReport['verdict'], sentence: string, checks: CheckResult[] = []): VerifyReport => ({
    path: place.path,
    verdict,
    sentence,
    checks,
    elapsedMs: ports.clock.monotonicMs() - startedMs,
  });
  for (;;) {
    const anchors = place.dataDir === undefined ? [] : await readAnchors(place.dataDir);
    const witness = { anchors, nowMs: ports.clock.nowMs() };
    const opened = await place.open();
    if (opened.outcome !== 'opened') return report(opened.outcome, opened.reason);
    const applied = options.applied ? ports.linesOf(options.applied) : undefined;
    const checks = await verifyStore(opened.snapshot, witness, applied);
    // A server was started on a store that lay closed: look again, now beside it.
    if (!(await opened.snapshot.close()).isOneMoment) continue;
    if (options.live) {
      const left = await leftAlone(ports, place);
      for (const turn of left.turns) checks.I5.breach(turn);
      for (const record of left.records) checks.I8.breach(record);
    }
    const results = Object.values(checks).map((check) => check.result());
    const { ok, sentence } = verdictOf(results, ports.clock.monotonicMs() - startedMs);
    return report(ok ? 'ok' : 'violated', sentence, results);
  }
}

/** Work that nobody had at two looks. */
type LeftAlone = { turns: string[]; records: string[] };

async function leftAlone(ports: VerifyPorts, place: Place): Promise<LeftAlone> {
  const first = await overdue(ports, place);
  if (first.turns.length + first.records.length === 0) return first;
  await delay(lookAgainMs);
  const second = await overdue(ports, place);
  return { turns: atBoth(first.turns, second.turns), records: atBoth(first.records, second.records) };
}

const atBoth = (one: readonly string[], other: readonly string[]) => one.filter((each) => other.includes(each));

async function overdue(ports: VerifyPorts, place: Place): Promise<LeftAlone> {
  const opened = await place.open();
  if (opened.outcome !== 'opened') return { turns: [], records: [] };
  const { clock, bootId, maxRunning } = ports;
  const { read, leaseTime = { bootId, nowMs: clock.monotonicMs() } } = opened.snapshot;
  const turns = await overdueTurns(read, { ...leaseTime, maxRunning });
  const records = await overdueSeals(read, clock.nowMs());
  await opened.snapshot.close();
  return { turns, records };
}
