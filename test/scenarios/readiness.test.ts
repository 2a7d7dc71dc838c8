import { rename } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { sharedServer } from '../shared-server.ts';

const server = sharedServer();

test('a server whose database file was taken away is alive, and says that it is not ready', async () => {
  const ready = async () => (await server().anonymous.get('/readyz')).status;
  expect(await ready()).toBe(200);
  const aside = `${server().dataDir}-aside`;
  await rename(server().dataDir, aside);
  try {
    const reply = await server().anonymous.get('/readyz');
    expect([reply.status, JSON.parse(reply.text)]).toMatchObject([503, { status: 'not_ready' }]);
    expect(reply.text).not.toContain(server().dataDir);
    expect((await server().anonymous.get('/healthz')).status).toBe(200);
  } finally {
    await rename(aside, server().dataDir);
  }
  expect(await ready()).toBe(200);
});
