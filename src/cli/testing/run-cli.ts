import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { systemClock } from '../../clock.ts';
import { openFileSource } from '../../store/moving/file-places.ts';
import { moveFilesOf } from '../../store/moving/move-files-of.ts';
import { movePlace } from '../../store/moving/move-place.ts';
import { noteBackupAt } from '../../store/note-backup-at.ts';
import { copyDatabase, namedFilesIn } from '../../store/sqlite/copy-database.ts';
import { openSnapshot as openDatabase } from '../../store/postgres/snapshot.ts';
import { openSnapshot } from '../../store/sqlite/snapshot.ts';
import { runPerdure } from '../perdure.ts';
import type { VerifyReport } from '../render-report.ts';

export type CliRun = { code: number | undefined; out: string; err: string };

/** Runs the command line in this process, as scripts/perdure.ts does. */
export async function runCli(argv: readonly string[], env: Record<string, string> = {}): Promise<CliRun> {
  let out = '';
  let err = '';
  const code = await runPerdure(
    {
      start: () => Promise.resolve(),
      openSnapshot,
      copyDatabase,
      namedFilesIn,
      noteBackup: noteBackupAt,
      moveStore: movePlace,
      moveFiles: moveFilesOf,
      openFileSource,
      tell: () => undefined,
      openDatabase,
      linesOf: (path) => createInterface({ input: createReadStream(path) }),
      clock: systemClock,
      bootId: 'boot',
      maxRunning: 64,
      env,
      print: (text) => (out += text),
      complain: (line) => (err += line),
    },
    argv,
  );
  return { code, out, err };
}

/** What verify finds in a data directory. */
export async function verified(
  dataDir: string,
  ...options: string[]
): Promise<{ code: number | undefined; report: VerifyReport }> {
  const { code, out } = await runCli(['verify', '--data-dir', dataDir, '--json', ...options]);
  return { code, report: JSON.parse(out) as VerifyReport };
}
