import { rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSession } from './given.ts';
import { checkInvariants } from './invariants.ts';
import { sharedServer } from './shared-server.ts';
import { ask } from './turns.ts';

const server = sharedServer({ withModel: true });
let copy: string;

beforeAll(async () => {
  const { admin, databasePath } = server();
  const { session_id } = await openSession(admin);
  for (const text of ['one', 'two']) expect((await ask(admin, session_id, text)).state).toBe('done');
  copy = `${databasePath}-copy`;
});
afterAll(() => rm(copy, { force: true }));

/** Checks a copy of the server's database after a change to it. */
async function checkAfter(sql: string): Promise<unknown> {
  await rm(copy, { force: true });
  const source = new DatabaseSync(server().databasePath);
  source.exec(`vacuum into '${copy}'`);
  source.close();
  const database = new DatabaseSync(copy, { enableForeignKeyConstraints: false });
  database.exec(sql);
  database.close();
  return checkInvariants(copy);
}

test('a sound store passes, and says how much was looked at', async () => {
  expect(await checkAfter('')).toMatchObject({ sessions: 1, turns: 2, events: 10 });
});

test('a breach is an error that names the invariant', async () => {
  await expect(checkAfter('delete from session_events where seq = 2')).rejects.toThrow(/I2: /);
});

test('a store that cannot be opened is no sound one', async () => {
  await expect(checkInvariants(`${copy}-elsewhere`)).rejects.toThrow('cannot be opened');
});
