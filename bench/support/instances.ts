import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type Instance = { url: URL; end(): Promise<void> };

/** Starts instance.child.ts on a database that others may share, with a data directory of its own. */
export async function startInstance(told: {
  databaseUrl: string;
  modelUrl: string;
  password: string;
  maxRunningTurns: number;
  room: number;
}): Promise<Instance> {
  const dataDir = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
  // A file where the embedder's model would be: the processor stays free.
  writeFileSync(join(dataDir, 'models'), '');
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('./instance.child.ts', import.meta.url)),
      JSON.stringify({ maxRunningTurns: told.maxRunningTurns, room: told.room }),
    ],
    {
      env: {
        ...process.env,
        PERDURE_DATA_DIR: dataDir,
        PERDURE_PORT: '0',
        PERDURE_DATABASE_URL: told.databaseUrl,
        PERDURE_SECRET: 'the same for every instance of a bench',
        PERDURE_ADMIN_PASSWORD: told.password,
        PERDURE_MODEL_BASE_URL: told.modelUrl,
        PERDURE_MODEL: 'slow',
        PERDURE_LOG_LEVEL: 'error',
        ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS: 'false',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    url: new URL((JSON.parse(line) as { url: string }).url),
    async end() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
