import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export type InstantServer = { url: URL; readyMs: number; residentMb(): number; kill(): Promise<void> };

/** A real server process on a data directory, whose model is at `modelUrl`; from its start until it is ready, in milliseconds. */
export async function startInstantServer(options: {
  dataDir: string;
  password: string;
  modelUrl: string;
}): Promise<InstantServer> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../src/main.ts', import.meta.url))], {
    env: {
      ...process.env,
      PERDURE_DATA_DIR: options.dataDir,
      PERDURE_PORT: '0',
      PERDURE_ADMIN_PASSWORD: options.password,
      PERDURE_MODEL_BASE_URL: options.modelUrl,
      PERDURE_MODEL: 'instant',
      PERDURE_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  while (!said.includes('\n')) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    await pause(2);
  }
  const url = new URL(/https?:\/\/\S+/.exec(said)?.[0] ?? '');
  while ((await fetch(new URL('/readyz', url)).catch(() => undefined))?.status !== 200) await pause(5);
  return {
    url,
    readyMs: performance.now() - startedMs,
    residentMb: () => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
