import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { compose, type Server } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { newSecret } from '../../src/ids.ts';
import { inPostgres } from '../../src/store/conformance/in-postgres.ts';
import { Client as HttpClient } from '../client.ts';
import { sharedServer } from '../shared-server.ts';

const onSqlite = sharedServer();

test('a server on SQLite says nothing of row security', async () => {
  const { text } = await onSqlite().anonymous.get('/readyz');
  expect(JSON.parse(text)).not.toHaveProperty('row_security');
});

const ready = async (client: HttpClient) => {
  const { status, text } = await client.get('/readyz');
  return { status, ...(JSON.parse(text) as { row_security?: string }) };
};

inPostgres('what /readyz says of row security', (database) => {
  const started: { server: Server; dataDir: string }[] = [];
  afterEach(async () => {
    for (const { server, dataDir } of started.splice(0)) {
      await server.drain(0);
      await rm(dataDir, { recursive: true });
    }
  });

  async function start(url: string, more: Record<string, string> = {}): Promise<HttpClient> {
    const dataDir = await mkdtemp(join(tmpdir(), 'perdure-row-security-'));
    const config = readConfig({
      PERDURE_DATA_DIR: dataDir,
      PERDURE_DATABASE_URL: url,
      PERDURE_SECRET: newSecret(),
      PERDURE_ADMIN_PASSWORD: newSecret(),
      PERDURE_PORT: '0',
      PERDURE_LOG_LEVEL: 'silent',
      ...more,
    });
    const server = await compose(config, 'row security', {
      openEmbedder: () => Promise.reject(new Error('No embedder: the processor stays free.')),
    });
    started.push({ server, dataDir });
    await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    return new HttpClient(new URL(`http://127.0.0.1:${(server.http.address() as AddressInfo).port}`));
  }

  /** A database that belongs to a login of its own. */
  async function givenLogin(name: string, rights: string): Promise<string> {
    const url = await database().newDatabase();
    const superuser = new Client({ connectionString: url });
    await superuser.connect();
    const { rows } = await superuser.query('select current_database() as name');
    await superuser.query(`create role ${name} login ${rights}`);
    await superuser.query(`alter database ${String(rows[0]?.name)} owner to ${name}`);
    await superuser.query(`alter schema public owner to ${name}`);
    await superuser.end();
    return url.replace('//perdure@', `//${name}@`);
  }

  test('on, for a login that row security holds for, where it is required too', async () => {
    const client = await start(await givenLogin('told_on', 'createrole noinherit'), {
      PERDURE_ROW_SECURITY: 'required',
    });
    expect(await ready(client)).toMatchObject({ row_security: 'on' });
  });

  test('weak, for a superuser, whom no policy holds', async () => {
    expect(await ready(await start(await database().newDatabase()))).toMatchObject({ row_security: 'weak' });
  });

  test('off, for a login that has no roles and can make none; it serves all the same', async () => {
    const client = await start(await givenLogin('told_off', 'noinherit'));
    expect(await ready(client)).toMatchObject({ row_security: 'off' });
    expect((await client.get('/healthz')).status).toBe(200);
  });
});
