import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { compose } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';

/** A server in this process, so that its event loop can be watched. It does no work before `startWork`. */
export async function startBenchServer(told: { dataDir: string; password: string; modelUrl: string; model: string }) {
  const config = readConfig({
    PERDURE_DATA_DIR: told.dataDir,
    PERDURE_PORT: '0',
    PERDURE_ADMIN_PASSWORD: told.password,
    PERDURE_MODEL_BASE_URL: told.modelUrl,
    PERDURE_MODEL: told.model,
    PERDURE_LOG_LEVEL: 'warn',
  });
  const server = await compose(config, 'bench');
  server.http.listen(0, '127.0.0.1');
  await once(server.http, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.http.address() as AddressInfo).port}`);
  return { url, startWork: () => server.startWork(), drain: () => server.drain(1_000) };
}

/** The embedder's file is made at the first start; at most two minutes are spent on it.
 *  @throws Error when it did not get ready */
export async function embedderReady(url: URL): Promise<void> {
  let state: unknown;
  for (let i = 0; i < 600; i++) {
    state = ((await (await fetch(new URL('/readyz', url))).json()) as { embedder?: unknown }).embedder;
    if (state === 'ready') return;
    await pause(200);
  }
  throw new Error(`The embedder did not get ready: ${String(state)}`);
}
