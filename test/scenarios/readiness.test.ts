import { rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SmallDisk } from '../faults/small-disk.ts';
import { sharedServer } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer();

/** One look serves everybody for a second. */
const untilReadyzIs = (status: number) =>
  waitFor(`/readyz to answer ${status}`, async () => {
    const reply = await server().anonymous.get('/readyz');
    return reply.status === status && reply;
  });

test('a server whose database file was taken away is alive, and says that it is not ready', async () => {
  await untilReadyzIs(200);
  const aside = `${server().dataDir}-aside`;
  await rename(server().dataDir, aside);
  try {
    const reply = await untilReadyzIs(503);
    expect(JSON.parse(reply.text)).toMatchObject({ status: 'not_ready' });
    expect(reply.text).not.toContain(server().dataDir);
    expect((await server().anonymous.get('/healthz')).status).toBe(200);
  } finally {
    await rename(aside, server().dataDir);
  }
  await untilReadyzIs(200);
});

const obstacle = SmallDisk.obstacle();
if (obstacle !== undefined) console.info(`skipped: files on a full disk of their own (${obstacle})`);

test.skipIf(obstacle !== undefined)('a server whose files are on a full disk of their own says so', async () => {
  using disk = SmallDisk.mount(70 * 1024 * 1024);
  const files = join(server().dataDir, 'files');
  await rm(files, { recursive: true, force: true });
  await symlink(disk.folder, files);
  try {
    await untilReadyzIs(200);
    disk.fill(1024 * 1024);
    const reply = await untilReadyzIs(503);
    expect(JSON.parse(reply.text).reason).toBe('the disk of the uploaded files is almost full');
    expect(reply.headers['retry-after']).toBe('2');
  } finally {
    await rm(files);
  }
});
