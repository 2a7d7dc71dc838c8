import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/clock.ts';
import { byServer } from '../../src/contract/audit.ts';
import { newId, newSecret } from '../../src/ids.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

export type StreamsServer = {
  url: URL;
  /** Of its administrator. */
  password: string;
  pid: number;
  /** See note-commits.ts. */
  commitsPath: string;
  end(): Promise<void>;
};

/** Starts streams-server.child.ts on a data directory in which nothing waits to be done. Without the address of a model it has one in the process. */
export async function startStreamsServer(options: {
  dataDir: string;
  streams: number;
  everyMs: number;
  modelUrl: string | undefined;
  profileDir: string | undefined;
}): Promise<StreamsServer> {
  const { dataDir, streams, everyMs, modelUrl, profileDir } = options;
  await leaveNothingToDo(dataDir);
  const password = newSecret();
  const commitsPath = join(dataDir, 'commits.txt');
  const child = spawn(
    process.execPath,
    [
      // As main.ts sets them, like the variable below.
      '--semi-space-growth-factor=1',
      '--max-semi-space-size=4',
      '--heap-growing-percent=10',
      ...(profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]),
      `--import=${new URL('./note-commits.ts', import.meta.url).href}`,
      fileURLToPath(new URL('./streams-server.child.ts', import.meta.url)),
      JSON.stringify({ streams, everyMs }),
    ],
    {
      env: {
        ...process.env,
        BENCH_COMMITS: commitsPath,
        PERDURE_DATA_DIR: dataDir,
        PERDURE_PORT: '0',
        PERDURE_ADMIN_PASSWORD: password,
        PERDURE_LOG_LEVEL: 'warn',
        ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS: 'false',
        ...(modelUrl !== undefined && { PERDURE_MODEL_BASE_URL: modelUrl, PERDURE_MODEL: 'stamping' }),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    url: new URL((JSON.parse(line) as { url: string }).url),
    password,
    pid: child.pid ?? 0,
    commitsPath,
    async end() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The handbook counts as read, and the embedder cannot be built because a file is where its folder would be: both would take the processors. */
async function leaveNothingToDo(dataDir: string): Promise<void> {
  writeFileSync(join(dataDir, 'models'), '');
  const store = await openSqliteStore({ path: join(dataDir, 'perdure.db'), clock: systemClock });
  const value = { corpusId: newId(), isImported: true };
  await store.write.putSetting({ by: byServer, key: 'knowledge.handbook', value, at: systemClock.now() });
  await store.close();
}
