import { Client } from 'pg';
import { afterEach, expect, test, vi } from 'vitest';
import { inPostgres } from '../conformance/in-postgres.ts';
import { clientConfig } from './connect.ts';
import { runStatement } from './drive.ts';
import { createFlights } from './flight.ts';

inPostgres('statements that go to PostgreSQL in one piece', (server) => {
  const clients: Client[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.end().catch(() => undefined);
  });

  async function given() {
    const client = new Client(clientConfig({ url: await server().newDatabase(), name: 'test' }));
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    await client.query('create table notes (id bigint primary key, body text)');
    const outbox = createFlights(client);
    const put = (sql: string, ...parameters: unknown[]) => outbox.put({ sql, parameters });
    const insert = (id: number, body: string | null = null) => put('insert into notes values ($1, $2)', id, body);
    const stored = async () => {
      const { rows } = await client.query('select id from notes order by id');
      return rows.map(({ id }) => id);
    };
    return { client, outbox, put, insert, stored };
  }

  test('each is answered as if it had been sent by itself, the first time and every time after', async () => {
    const { client, outbox, put } = await given();
    const statement = {
      sql: `select $1::bigint as n, $2::text as t, 1.5 as f, true as yes, null as nothing, '\\x00ff'::bytea as bytes, 2 as n`,
      parameters: [7, 'seven'],
    };
    const alone = await runStatement(client, statement);
    for (let i = 0; i < 4; i++) {
      const answers = [
        put('begin'),
        outbox.put(statement),
        put('insert into notes values ($1, $2) returning id', i, 'a'),
      ];
      answers.push(put('update notes set body = $1', 'b'), put('select 1 as one where false'), put('commit'));
      outbox.send();
      const [begun, asked, inserted, updated, none, committed] = await Promise.all(answers);
      expect(asked).toEqual(alone);
      expect(begun).toEqual({ rows: [], changed: 0, command: 'BEGIN' });
      expect(inserted).toEqual({ rows: [{ id: i }], changed: 1, command: 'INSERT' });
      expect(updated).toEqual({ rows: [], changed: i + 1, command: 'UPDATE' });
      expect(none).toEqual({ rows: [], changed: 0, command: 'SELECT' });
      expect(committed?.command).toBe('COMMIT');
    }
  });

  test('nothing is sent before, and then all of it as one query', async () => {
    const { client, outbox, put } = await given();
    const queries = vi.spyOn(client, 'query');
    const asked = [put('select 1'), put('select 2')];
    await client.query('select 0');
    expect(queries).toHaveBeenCalledTimes(1);
    outbox.send();
    outbox.send();
    expect(queries).toHaveBeenCalledTimes(2);
    await Promise.all(asked);
  });

  test('what stands behind a failure is not run and fails with it; a commit neither', async () => {
    const { client, outbox, put, insert, stored } = await given();
    for (let i = 0; i < 4; i++) {
      const asked = [put('begin'), insert(1), insert(1), insert(2), put('commit')];
      outbox.send();
      const outcomes = await Promise.allSettled(asked);
      expect(outcomes.map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
        'rejected',
        'rejected',
        'rejected',
      ]);
      expect(outcomes.slice(2).map((each) => each.status === 'rejected' && each.reason.code)).toEqual(
        Array(3).fill('23505'),
      );
      await client.query('rollback');
      expect(await stored()).toEqual([]);
    }
    const kept = insert(3);
    outbox.send();
    await kept;
    expect(await stored()).toEqual([3]);
  });

  test('a statement that the server has planned no more, or otherwise, is planned anew after one failure', async () => {
    const { client, outbox, put } = await given();
    const ask = async () => {
      const asked = put('select * from notes');
      outbox.send();
      return (await asked).rows;
    };
    await client.query(`insert into notes values (1, 'a')`);
    for (let i = 0; i < 3; i++) expect(await ask()).toEqual([{ id: 1, body: 'a' }]);
    await client.query('deallocate all');
    await expect(ask()).rejects.toMatchObject({ code: '26000' });
    for (let i = 0; i < 3; i++) expect(await ask()).toEqual([{ id: 1, body: 'a' }]);
    await client.query('alter table notes add column more bigint');
    await expect(ask()).rejects.toMatchObject({ code: '0A000' });
    for (let i = 0; i < 3; i++) expect(await ask()).toEqual([{ id: 1, body: 'a', more: null }]);
  });

  test('more than a socket takes at once goes in parts, in order', async () => {
    const { client, outbox, put, insert, stored } = await given();
    const queries = vi.spyOn(client, 'query');
    const asked = [put('begin'), insert(1), insert(2, 'x'.repeat(100_000)), insert(3), put('commit')];
    outbox.send();
    expect(queries).toHaveBeenCalledTimes(3);
    await Promise.all(asked);
    expect(await stored()).toEqual([1, 2, 3]);
    const before = [put('begin'), insert(4), insert(4), insert(5, 'x'.repeat(100_000)), put('commit')];
    outbox.send();
    const outcomes = await Promise.allSettled(before);
    expect(outcomes.map((each) => (each.status === 'rejected' ? each.reason.code : each.value.command))).toEqual([
      'BEGIN',
      'INSERT',
      '23505',
      '25P02',
      'ROLLBACK',
    ]);
    await client.query('rollback');
    expect(await stored()).toEqual([1, 2, 3]);
  });

  test('a connection that ends fails what was asked on it', async () => {
    const { client, outbox, put } = await given();
    const asked = [put('select 1'), put('select pg_terminate_backend(pg_backend_pid())'), put('select 2')];
    outbox.send();
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const later = put('select 3');
    outbox.send();
    await expect(later).rejects.toThrow();
    expect(client.listenerCount('error')).toBe(1);
  });

  test('a value that cannot be stored is refused before anything is sent', async () => {
    const { outbox, insert, put, stored } = await given();
    const first = insert(1);
    expect(() => put('insert into notes values ($1, $2)', 2, {})).toThrow(TypeError);
    outbox.send();
    await first;
    expect(await stored()).toEqual([1]);
  });
});
