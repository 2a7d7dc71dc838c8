import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A PGlite of a test's own: an empty database in a process of its own, reached like any PostgreSQL. */
export type OpenedPglite = { url: string; close(): Promise<void> };

const program = fileURLToPath(new URL('./pglite.child.ts', import.meta.url));

export async function openPglite(): Promise<OpenedPglite> {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-pglite-'));
  const child = fork(program, [join(folder, '.s.PGSQL.5432')]);
  const gone = once(child, 'exit');
  const started = await Promise.race([once(child, 'message').then(() => true), gone.then(() => false)]);
  if (!started) throw new Error('PGlite did not start.');
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`,
    async close() {
      child.disconnect();
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
