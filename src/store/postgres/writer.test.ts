import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import { inPostgres } from '../conformance/in-postgres.ts';
import { namesIn } from './names.ts';
import { type OpenedPostgres, openPostgresStore } from './postgres-store.ts';

/** How long the line of writes is waited for, see writer.ts: once by what was in the batch, once by what came behind it. */
const lockTimeoutMs = 5_000;
const { writeLock } = namesIn('public');

inPostgres('the writer of PostgreSQL', (server) => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  async function given() {
    const url = await server().newDatabase();
    const opened: OpenedPostgres = await openPostgresStore({ url, clock: systemClock, instanceId: newId() });
    closing.push(() => opened.store.close());
    const session = async () => {
      const client = new Client({ connectionString: url });
      await client.connect();
      closing.push(() => client.end());
      return client;
    };
    return { store: opened.store, session };
  }

  // A batch ends after 10 ms: on a machine under load the first command may be committed before the second fails.
  test('when the line of writes is held up after a command failed, the others are refused together, and nothing was changed', {
    retry: 3,
  }, async () => {
    const { store, session } = await given();
    const [before, after] = [await session(), await session()];
    await before.query(`select pg_advisory_lock(${writeLock})`);
    const at = systemClock.now();
    const put = (key: string) => store.write.putSetting({ by: byServer, key, value: 1, at });
    // Of a user who is not there: it breaks a foreign key.
    const corpus = { id: newId(), name: 'Of nobody', description: '', ownerUserId: 'nobody' };
    const failing = () => store.write.createCorpus({ ...corpus, by: byServer, at });
    const asked = [put('a'), failing(), put('b'), put('c'), put('d')];
    const outcomes = Promise.allSettled(asked);
    await waitingForLock(after, 1);
    // Stands in line behind the batch, and has it before the batch's commands are run again.
    const held = after.query(`select pg_advisory_lock(${writeLock})`);
    await waitingForLock(before, 2);
    await before.query(`select pg_advisory_unlock(${writeLock})`);
    await held;
    const fromMs = performance.now();
    const codes = (await outcomes).map((each) =>
      each.status === 'rejected' ? (each.reason as { code: string }).code : each.status,
    );
    expect(codes).toEqual(asked.map(() => 'store_unavailable'));
    expect(performance.now() - fromMs).toBeLessThan(2.5 * lockTimeoutMs);
    await after.query(`select pg_advisory_unlock(${writeLock})`);
    for (const key of ['a', 'b', 'c', 'd']) expect(await store.read.setting({ key })).toBeUndefined();
    await put('a');
  });

  test('whose connection ends with a batch on it, refuses the batch, and runs nothing of it again', async () => {
    const { store, session } = await given();
    const [holder, other] = [await session(), await session()];
    await holder.query(`select pg_advisory_lock(${writeLock})`);
    const at = systemClock.now();
    const put = (key: string) => store.write.putSetting({ by: byServer, key, value: 1, at });
    const outcomes = Promise.allSettled([put('a'), put('b')]);
    await waitingForLock(other, 1);
    await other.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and not granted`);
    const codes = (await outcomes).map((each) => each.status === 'rejected' && (each.reason as { code: string }).code);
    expect(codes).toEqual(['store_unavailable', 'store_unavailable']);
    await holder.query(`select pg_advisory_unlock(${writeLock})`);
    await put('c');
    for (const key of ['a', 'b']) expect(await store.read.setting({ key })).toBeUndefined();
  });

  test('a failure in what is larger than one piece is told as what it is, and leaves the others of its batch', async () => {
    const { store } = await given();
    const at = systemClock.now();
    const put = (key: string, value: string) => store.write.putSetting({ by: byServer, key, value, at });
    const corpus = { id: newId(), name: 'Of nobody', description: 'x'.repeat(70_000), ownerUserId: 'nobody' };
    const alone = await store.write.createCorpus({ ...corpus, by: byServer, at }).catch((error: unknown) => error);
    const [first, failed, last] = await Promise.allSettled([
      put('a', 'x'.repeat(70_000)),
      store.write.createCorpus({ ...corpus, by: byServer, at }),
      put('b', 'x'.repeat(70_000)),
    ]);
    expect([first.status, failed.status, last.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(failed).toMatchObject({ reason: { code: (alone as { code: string }).code } });
    for (const key of ['a', 'b']) expect(await store.read.setting({ key })).toBeDefined();
  });
});

async function waitingForLock(client: Client, count: number): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      `select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted`,
    );
    if (rows[0]?.n === count) return;
  }
}
