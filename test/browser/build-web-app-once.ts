import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { buildWebApp } from '../../scripts/build-web.ts';

const lockFile = join(fileURLToPath(new URL('../../node_modules', import.meta.url)), '.web-build.lock');
const patienceMs = 120_000;

/** Builds the web app when its inputs changed. Test files run beside each other: one builds, the others wait for it. */
export function buildWebAppOnce(): void {
  const lock = new DatabaseSync(lockFile);
  try {
    lock.exec(`pragma busy_timeout = ${patienceMs}; begin exclusive`);
    buildWebApp();
  } finally {
    lock.close();
  }
}
