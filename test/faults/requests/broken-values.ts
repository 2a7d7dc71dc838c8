import * as fc from 'fast-check';

/** Values that no schema of ours allows where they stand, or that are written in ways few programs write them. */
const strange: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  Number.MAX_SAFE_INTEGER + 2,
  1e308,
  '',
  ' ',
  '\0',
  '\ud800',
  'a\udc00b',
  '\u202eevil',
  '\r\nset-cookie: a=b',
  '%00',
  '../../etc/passwd',
  "' or 1=1 --",
  'null',
  'undefined',
  'x'.repeat(70_000),
  [],
  {},
  [[[[[[[[[[]]]]]]]]]],
  { toString: null },
  { length: 2 ** 32 },
];

const extraKeys = [
  'role',
  'owner_user_id',
  'user_id',
  'is_active',
  'created_at',
  'password_hash',
  'toString',
  'hasOwnProperty',
  '',
];

/** A body that was right, with one thing wrong: a value of another type, a property too many or too few, at any depth. */
export function brokenFrom(value: unknown): fc.Arbitrary<unknown> {
  const oddValue = fc.oneof(fc.constantFrom(...strange), fc.jsonValue({ maxDepth: 3 }));
  if (typeof value !== 'object' || value === null) return oddValue;
  if (Array.isArray(value)) {
    const grown = oddValue.map((odd) => [...value, odd]);
    const inside = value.map((each, index) => brokenFrom(each).map((odd) => value.with(index, odd)));
    return fc.oneof(oddValue, grown, ...inside);
  }
  const entries = Object.entries(value);
  const more = fc.tuple(fc.constantFrom(...extraKeys), oddValue).map(([key, odd]) => ({ ...value, [key]: odd }));
  const fewer = entries.map(([key]) => fc.constant(Object.fromEntries(entries.filter(([each]) => each !== key))));
  const inside = entries.map(([key, each]) => brokenFrom(each).map((odd) => ({ ...value, [key]: odd })));
  return fc.oneof(oddValue, more, ...fewer, ...inside, ...inside);
}

/** The text of a body, written so that a parser may stumble: keys that are prototypes, keys twice, numbers beyond all numbers, depth,
 *  halves, bytes that are no UTF-8. */
export function brokenText(json: string): fc.Arbitrary<Uint8Array> {
  const inside = json.startsWith('{') ? json.slice(1) : `"value":${json}}`;
  const comma = inside === '}' ? '' : ',';
  const texts = [
    `{"__proto__":{"role":"administrator"}${comma}${inside}`,
    `{"constructor":{"prototype":{"role":"administrator"}}${comma}${inside}`,
    `{"\\u005f\\u005fproto\\u005f\\u005f":1${comma}${inside}`,
    `{"title":"a","title":"b","name":1e999${comma}${inside}`,
    `{"text":"\\ud800","name":"\\udfff\\ud800"${comma}${inside}`,
    json.slice(0, Math.floor(json.length / 2)),
    `${json}${json}`,
    `\ufeff${json}`,
    `/* */${json}`,
    `${'['.repeat(200)}${json}${']'.repeat(200)}`,
    `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
    `{"limit":${'9'.repeat(400)}${comma}${inside}`,
    `{"limit":-0.0e-999${comma}${inside}`,
    json.replaceAll('"', "'"),
    json.replaceAll(':', '\0:'),
    `)]}',\n${json}`,
    'NaN',
    '-',
    '"',
    '\0\0\0\0',
  ];
  const bytes = fc
    .tuple(
      fc.nat(json.length),
      fc.constantFrom([0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x28]),
    )
    .map(([at, odd]) => Buffer.concat([Buffer.from(json.slice(0, at)), Buffer.from(odd), Buffer.from(json.slice(at))]));
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...texts).map((text) => Buffer.from(text)) }, bytes);
}
