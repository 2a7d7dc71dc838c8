import { rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SmallDisk } from '../faults/small-disk.ts';
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

const obstacle = SmallDisk.obstacle();
if (obstacle !== undefined) console.info(`skipped: files on a full disk of their own (${obstacle})`);

test.skipIf(obstacle !== undefined)('a server whose files are on a full disk of their own says so', async () => {
  using disk = SmallDisk.mount(70 * 1024 * 1024);
  const files = join(server().dataDir, 'files');
  await rm(files, { recursive: true, force: true });
  await symlink(disk.folder, files);
  try {
    expect((await server().anonymous.get('/readyz')).status).toBe(200);
    disk.fill(1024 * 1024);
    const reply = await server().anonymous.get('/readyz');
    expect([reply.status, JSON.parse(reply.text).reason]).toEqual([
      503,
      'the disk of the uploaded files is almost full',
    ]);
    expect(reply.headers['retry-after']).toBe('2');
  } finally {
    await rm(files);
  }
});
