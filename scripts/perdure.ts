/** The command line of Perdure: `npm run perdure -- verify`. Puts its parts together; see src/cli/perdure.ts. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { readBootId } from '../src/boot-id.ts';
import { runPerdure } from '../src/cli/perdure.ts';
import { systemClock } from '../src/clock.ts';
import { limits } from '../src/config.ts';
import { openFileSource } from '../src/store/moving/file-places.ts';
import { moveFilesOf } from '../src/store/moving/move-files-of.ts';
import { movePlace } from '../src/store/moving/move-place.ts';
import { noteBackupAt } from '../src/store/note-backup-at.ts';
import { copyDatabase, namedFilesIn } from '../src/store/sqlite/copy-database.ts';
import { openSnapshot as openDatabase } from '../src/store/postgres/snapshot.ts';
import { openSnapshot } from '../src/store/sqlite/snapshot.ts';

/** One line that is written over, for whoever watches a terminal. */
function showProgress(what: string, done: number, all: number): void {
  if (!process.stderr.isTTY) return;
  const share = all === 0 ? 1 : done / all;
  const bar = '█'.repeat(Math.round(share * 30)).padEnd(30, '·');
  process.stderr.write(`\r${what.padEnd(10)} ${bar} ${Math.round(share * 100)} %${share === 1 ? '\n' : ''}`);
}

const code = await runPerdure(
  {
    start: async () => void (await import('../src/main.ts')),
    openSnapshot,
    copyDatabase,
    namedFilesIn,
    noteBackup: noteBackupAt,
    moveStore: movePlace,
    moveFiles: moveFilesOf,
    openFileSource,
    tell: showProgress,
    openDatabase,
    linesOf: (path) => createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY }),
    clock: systemClock,
    bootId: readBootId(systemClock.nowMs()),
    maxRunning: limits.maxRunningTurns,
    env: process.env,
    print: (text) => process.stdout.write(text),
    complain: (line) => process.stderr.write(`${line}\n`),
  },
  process.argv.slice(2),
);
if (code !== undefined) process.exitCode = code;
