import { Client } from 'pg';
import { expect, test } from 'vitest';
import { type ColumnKind, ColumnValues } from '../column-values.ts';
import { inPostgres } from '../conformance/in-postgres.ts';
import { clientConfig } from './connect.ts';
import { encodeList } from './encode-list.ts';

const numbers = [
  0,
  1,
  -1,
  2 ** 31,
  2 ** 32,
  -(2 ** 32),
  -(2 ** 32) - 1,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
];

inPostgres('a list of values for PostgreSQL', (server) => {
  test.each<[string, ColumnKind, unknown[], unknown[]]>([
    ['numbers', 'bigint', [...numbers, null], [...numbers, null]],
    ['truth', 'bigint', [true, false], [1, 0]],
    [
      'texts',
      'text',
      ['', 'a', null, '{"a":"\\"},NULL"}', 'ä€𐍈', 'NULL'],
      ['', 'a', null, '{"a":"\\"},NULL"}', 'ä€𐍈', 'NULL'],
    ],
    ['text that cannot be stored as it is', 'text', ['a\0b', 'a\uD800b'], ['a\uFFFDb', 'a\uFFFDb']],
    ['nothing but nulls', 'text', [null, undefined], [null, null]],
    ['none', 'bigint', [], []],
  ])('of %s arrives as it is', async (_what, kind, given, arrived) => {
    const client = new Client(clientConfig({ url: await server().newDatabase(), name: 'test' }));
    await client.connect();
    const { rows } = await client.query(
      `select each from unnest($1::${kind}[]) with ordinality as v(each, at) order by at`,
      [encodeList(new ColumnValues(kind, given))],
    );
    await client.end();
    expect(rows.map(({ each }) => each)).toEqual(arrived);
  });
});

test.each<[ColumnKind, unknown]>([
  ['bigint', 1.5],
  ['bigint', Number.NaN],
  ['bigint', 2 ** 60],
  ['bigint', '1'],
  ['text', 1],
  ['text', {}],
])('a column of %s takes no %s', (kind, value) => {
  expect(() => encodeList(new ColumnValues(kind, [value]))).toThrow(TypeError);
});
