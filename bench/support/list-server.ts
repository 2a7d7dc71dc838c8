import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { compose } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';

/** A server in this process that answers and does no work of its own. */
export async function startListServer(told: {
  dataDir: string;
  password: string;
  databaseUrl?: string;
}): Promise<{ url: URL; close(): Promise<void> }> {
  // A file where the embedder's model would be: the processor stays free.
  writeFileSync(join(told.dataDir, 'models'), '');
  const config = readConfig({
    PERDURE_DATA_DIR: told.dataDir,
    PERDURE_PORT: '0',
    PERDURE_ADMIN_PASSWORD: told.password,
    PERDURE_LOG_LEVEL: 'error',
    ...(told.databaseUrl !== undefined && {
      PERDURE_DATABASE_URL: told.databaseUrl,
      PERDURE_SECRET: 'the same for every instance of a bench',
    }),
  });
  const server = await compose(config, 'bench');
  server.http.listen(0, '127.0.0.1');
  await once(server.http, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.http.address() as AddressInfo).port}`);
  return {
    url,
    async close() {
      await server.drain(0);
    },
  };
}
