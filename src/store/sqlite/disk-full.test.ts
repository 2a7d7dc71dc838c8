import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { agentId, GivenLog } from '../conformance/given-log.ts';
import { openStore } from '../conformance/open-sqlite.ts';
import type { Store } from '../store.ts';

const folder = mkdtempSync(join(tmpdir(), 'perdure-disk-'));
const ballast = join(folder, 'ballast');
const refusal = mountSmallDisk();
if (refusal !== undefined) console.info(`skipped: a full disk (no small disk can be mounted here: ${refusal})`);

afterAll(() => {
  if (refusal === undefined) execFileSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(refusal !== undefined)(
  'a full disk: writes are refused cleanly, reads served, and all goes on once there is room',
  async () => {
    // What is freed later must hold the write-ahead log once more: it is folded into the file before it can be used again.
    writeFileSync(ballast, Buffer.alloc(5 * 2 ** 20));
    const store = await openStore(join(folder, 'perdure.db'));
    const given = new GivenLog(store);
    const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
    await store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
    const owner = await given.owned();

    const accepted: string[] = [];
    const refused: unknown[] = [];
    for (let round = 0; round < 6; round++) await writeMany(80, given, owner, accepted, refused);
    // Batches are refused whole, so there may be room left for single writes.
    const before = refused.length;
    for (let i = 0; i < 100 && refused.length === before; i++) await writeMany(1, given, owner, accepted, refused, big);
    expect(accepted.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'store_unavailable', retryAfterSeconds: 2 });
    expect(await storedIds(store, owner)).toEqual(accepted);
    await expect(store.checkHealth().then(() => given.accept(owner, { text: big }))).rejects.toMatchObject({
      code: 'store_unavailable',
    });

    truncateSync(ballast, 0);
    await store.checkHealth();
    const acceptedBefore = accepted.length;
    await writeMany(10, given, owner, accepted, []);
    expect(accepted.length).toBeGreaterThan(acceptedBefore);
    expect(await storedIds(store, owner)).toEqual(accepted);
    await store.close();
  },
  60_000,
);

const big = 'x'.repeat(60_000);

/** More at once than SQLite's cache holds, so that the disk fills in the middle of a batch too. */
async function writeMany(
  count: number,
  given: GivenLog,
  owner: { userId: string; sessionId: string },
  accepted: string[],
  refused: unknown[],
  fifth = 'small',
): Promise<void> {
  const writes = Array.from({ length: count }, (_, i) => given.accept(owner, { text: i % 5 === 0 ? fifth : big }));
  for (const result of await Promise.allSettled(writes)) {
    if (result.status === 'rejected') refused.push(result.reason);
    else if ('turnId' in result.value) accepted.push(result.value.turnId);
  }
}

async function storedIds(store: Store, owner: { userId: string; sessionId: string }): Promise<string[]> {
  const log = await store.read.eventsAfter({ ...owner, after: 0, limit: 10_000 });
  expect(log.map((event) => event.seq)).toEqual(log.map((_, i) => i + 1));
  return log.flatMap((event) => (event.type === 'user_message' && event.turn_id !== null ? [event.turn_id] : []));
}

function mountSmallDisk(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'perdure-test', folder], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return String(error).split('\n')[0];
  }
}
