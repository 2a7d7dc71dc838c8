import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type OpenedPglite, openPglite } from './open-pglite.ts';
import { shareSession } from './share-session.ts';

let opened: OpenedPglite;
const clients: Client[] = [];

beforeAll(async () => {
  opened = await openPglite();
});
afterEach(async () => {
  for (const each of clients.splice(0)) await each.end();
});
afterAll(() => opened.close());

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: opened.url });
  await client.connect();
  clients.push(client);
  return client;
}

test('while one has a transaction open, the others wait, and see it whole', async () => {
  const [one, other] = [await connect(), await connect()];
  await one.query('create table t (n int)');
  await one.query('begin; insert into t values (1)');
  const counted = other.query('select count(*)::int as n from t');
  await one.query('insert into t values (2)');
  await one.query('commit');
  expect((await counted).rows).toEqual([{ n: 2 }]);
});

test('whoever leaves with a transaction open has it undone, and the next goes on', async () => {
  const [one, other] = [await connect(), await connect()];
  await one.query('create table left_open (n int)');
  await one.query('begin; insert into left_open values (1)');
  const counted = other.query('select count(*)::int as n from left_open');
  clients.splice(clients.indexOf(one), 1);
  await one.end();
  expect((await counted).rows).toEqual([{ n: 0 }]);
});

test('two may call different statements by one name', async () => {
  const [one, other] = [await connect(), await connect()];
  for (let round = 0; round < 2; round++) {
    expect((await askOfSeven(one, 'select $1::int + 1 as n')).rows).toEqual([{ n: 8 }]);
    expect((await askOfSeven(other, 'select $1::int - 1 as n')).rows).toEqual([{ n: 6 }]);
  }
});

test('a failed statement is told to the one who sent it', async () => {
  const [one, other] = [await connect(), await connect()];
  const failing = expect(one.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
  expect((await other.query('select 1 as n')).rows).toEqual([{ n: 1 }]);
  await failing;
  expect((await one.query('select 2 as n')).rows).toEqual([{ n: 2 }]);
});

test('a notification reaches the others', async () => {
  const [one, other] = [await connect(), await connect()];
  const heard = new Promise((resolve) => other.on('notification', ({ payload }) => resolve(payload)));
  await other.query('listen bell');
  await one.query(`notify bell, 'rung'`);
  expect(await heard).toBe('rung');
});

test('messages that come in pieces of one byte are put together', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-share-'));
  const seen: string[] = [];
  const server = shareSession((messages) => {
    seen.push(Buffer.from(messages).toString('latin1'));
    return Promise.resolve(Buffer.from('Z\0\0\0\x05I', 'latin1'));
  });
  const path = join(folder, 'socket');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const socket = createConnection(path);
  const startup = Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]);
  const query = Buffer.from('Q\0\0\0\x0dselect 1\0', 'latin1');
  for (const byte of Buffer.concat([startup, query])) {
    await new Promise((resolve) => socket.write(Buffer.from([byte]), resolve));
  }
  await expect.poll(() => seen).toEqual([query.toString('latin1')]);
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function askOfSeven(client: Client, text: string) {
  return client.query({ name: 'same', text, values: [7] });
}
