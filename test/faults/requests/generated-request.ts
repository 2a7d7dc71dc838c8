import * as fc from 'fast-check';
import { chatgptTalk } from '../../../src/personal-data/testing/foreign-chats.ts';
import { exportWith, writtenSession } from '../../exports.ts';
import type { Operation } from '../../openapi.ts';
import { pngOf } from '../../pictures.ts';
import { brokenFrom, brokenText } from './broken-values.ts';
import { type JsonSchema, valuesOf } from './schema-values.ts';

/** Names that stand for what is there when the request is sent: `«session»` becomes the id of a session. */
export const thingNames = [
  'session',
  'turn',
  'agent_test',
  'corpus',
  'document',
  'question',
  'run',
  'user',
  'username',
  'login',
  'key',
  'group',
  'invitation',
  'invitation_token',
  'reset_token',
  'agent',
  'endpoint',
  'endpoint_url',
  'hold',
  'branding',
  'logo',
] as const;
export type ThingName = (typeof thingNames)[number];
export const markOf = (name: ThingName): string => `«${name}»`;

export const callers = ['anonymous', 'member', 'curator', 'administrator', 'cookie', 'stale'] as const;
export type Caller = (typeof callers)[number];

/** A request with marks in its path and body, and headers in the order they go out, doubled ones included. */
export type GeneratedRequest = {
  operation: Operation;
  caller: Caller;
  method: string;
  path: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: Uint8Array;
};

/** Requests for every operation in turn: as described, nearly so, and broken on purpose in the body, the query, the path, the headers and the method. */
export function requestsFor(operations: readonly Operation[]): fc.Arbitrary<GeneratedRequest> {
  return fc
    .constantFrom(...operations)
    .chain((operation) => callerOf(operation).map((caller) => ({ operation, caller })))
    .chain(({ operation, caller }) =>
      fc
        .record({
          path: pathOf(operation),
          query: queryOf(operation),
          body: bodyOf(operation),
          odd: fc.oneof(
            { weight: 7, arbitrary: fc.constant([]) },
            fc.subarray(oddHeaders, { minLength: 1, maxLength: 2 }),
          ),
          type: fc.oneof({ weight: 8, arbitrary: fc.constant(typeOf(operation)) }, fc.constantFrom(...oddTypes)),
          accept: fc.constantFrom('application/json', '*/*', 'text/event-stream'),
          method: fc.oneof(
            { weight: 12, arbitrary: fc.constant(operation.method.toUpperCase()) },
            fc.constantFrom(...oddMethods),
          ),
        })
        .map(({ path, query, body, odd, type, accept, method }): GeneratedRequest => {
          const takesBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
          const own: [string, string][] = [
            ['accept', accept],
            ...(takesBody ? [['content-type', type] as [string, string]] : []),
          ];
          return {
            operation,
            caller,
            method,
            path: `${path}${query}`,
            headers: [...own, ...odd],
            ...(takesBody && { body }),
          };
        }),
    );
}

/** Mostly whoever may, so that what comes after the guard is reached. */
function callerOf({ path }: Operation): fc.Arbitrary<Caller> {
  const fitting = path.startsWith('/api/admin') ? (['administrator'] as const) : (['curator', 'cookie'] as const);
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...fitting) }, fc.constantFrom(...callers));
}

/** A path with what fits in place of its parameters, or something else. */
function pathOf({ path, parameters = [] }: Operation): fc.Arbitrary<string> {
  return path
    .split('/')
    .reduce<fc.Arbitrary<readonly string[]>>(
      (drawn, segment) =>
        drawn.chain((before) => {
          if (!segment.startsWith('{')) return fc.constant<readonly string[]>([...before, segment]);
          const described = parameters.find((each) => each.in === 'path' && `{${each.name}}` === segment);
          return parameterOf(described?.schema ?? {}, before.at(-1) ?? '').map((value): readonly string[] => [
            ...before,
            value,
          ]);
        }),
      fc.constant([]),
    )
    .map((segments) => segments.join('/'));
}

/** @param before  the segment before it, which says what it names */
function parameterOf(schema: JsonSchema, before: string): fc.Arbitrary<string> {
  const thing = 'enum' in schema || !Object.hasOwn(thingAfter, before) ? undefined : thingAfter[before];
  const fitting = thing ? fc.constant(markOf(thing)) : valuesOf(schema, hintFor).map((value) => encode(String(value)));
  return fc.oneof(
    { weight: 14, arbitrary: fitting },
    { weight: 1, arbitrary: fc.constantFrom(...thingNames.map(markOf)) },
    { weight: 1, arbitrary: fc.uuid() },
    { weight: 2, arbitrary: fc.constantFrom(...oddSegments) },
    { weight: 1, arbitrary: fc.webSegment().filter((segment) => !['.', '..', ''].includes(segment)) },
  );
}

const thingAfter: Readonly<Record<string, ThingName>> = {
  sessions: 'session',
  turns: 'turn',
  'agent-tests': 'agent_test',
  corpora: 'corpus',
  corpus: 'corpus',
  documents: 'document',
  questions: 'question',
  runs: 'run',
  users: 'user',
  user: 'user',
  members: 'user',
  logins: 'login',
  keys: 'key',
  groups: 'group',
  group: 'group',
  access: 'group',
  invitations: 'invitation',
  agents: 'agent',
  agent: 'agent',
  endpoints: 'endpoint',
  holds: 'hold',
  logo: 'logo',
};

/** The query as it is written: right values, wrong ones, unknown and doubled names, broken percent signs. */
function queryOf(operation: Operation): fc.Arbitrary<string> {
  const described = (operation.parameters ?? []).filter((each) => each.in === 'query');
  const right = described.map((each) => {
    const drawn = valuesOf(each.schema ?? {}, hintFor, each.name).map((value) => [[each.name, value] as const]);
    return each.required ? drawn : fc.oneof(drawn, fc.constant([]));
  });
  const wrong = fc.tuple(
    fc.constantFrom(...described.map(({ name }) => name), 'unknown', '__proto__', 'constructor', 'token', ''),
    fc.oneof(
      fc.constantFrom('0', '-1', '1e3', 'NaN', '\0', '9'.repeat(30), '«session»@0'),
      fc.string({ unit: 'binary', maxLength: 12 }),
    ),
  );
  const pairs = fc
    .tuple(
      fc.tuple(...right).map((all) => all.flat()),
      fc.array(wrong, { maxLength: 1 }),
    )
    .map(([some, more]) =>
      [...some, ...more].map(([name, value]) => `${encode(name)}=${encode(String(value))}`).join('&'),
    );
  const raw = fc.constantFrom('%', '%00=%00', 'limit=%E0%A4%A', '&&&=', '?', 'a'.repeat(3_000));
  const given = fc.oneof({ weight: 6, arbitrary: pairs }, { weight: 1, arbitrary: raw });
  return fc.oneof(
    fc.constant(''),
    given.map((text) => (text === '' ? '' : `?${text}`)),
  );
}

/** Lone surrogates have no place in an address, nor has what is no ASCII, but for marks. */
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll(/%C2%AB(\w+)%C2%BB/g, '«$1»');

function bodyOf(operation: Operation): fc.Arbitrary<Uint8Array | undefined> {
  if (operation.requestBody?.content['application/octet-stream'] !== undefined)
    return fc.option(fc.constantFrom(...files), { nil: undefined });
  const schema = operation.requestBody?.content['application/json']?.schema;
  const right = schema === undefined ? fc.constant<unknown>({}) : valuesOf(schema, hintFor);
  return fc.oneof(
    { weight: 5, arbitrary: right.map(write) },
    { weight: 4, arbitrary: right.chain(brokenFrom).map(write) },
    { weight: 2, arbitrary: right.chain((value) => brokenText(JSON.stringify(value) ?? '{}')) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

const write = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '');

/** What fits a property of this name. */
const hintFor = (name: string): readonly string[] => hints[name] ?? [];

const hints: Readonly<Record<string, readonly string[]>> = {
  agent_id: ['«agent»'],
  sub_agents: ['«agent»'],
  everyone_agent_id: ['«agent»'],
  corpora: ['«corpus»'],
  corpus_id: ['«corpus»'],
  document_ids: ['«document»'],
  documents: ['«document»'],
  expected: ['«document»'],
  session_ids: ['«session»'],
  session_id: ['«session»'],
  sessions: ['«session»'],
  turn_id: ['«turn»'],
  parent_turn_id: ['«turn»'],
  replaces_turn_id: ['«turn»'],
  username: ['«username»'],
  groups: ['«group»'],
  group_id: ['«group»'],
  token: ['«invitation_token»', '«reset_token»'],
  endpoint_id: ['«endpoint»'],
  of: ['«endpoint»'],
  base_url: ['«endpoint_url»'],
  model: ['scripted'],
  read_version: ['«branding»'],
  base64: [pngOf(2, 1).toString('base64')],
  // Nobody is there.
  url: ['https://page.invalid/guide'],
};

const typeOf = ({ requestBody }: Operation): string =>
  requestBody?.content['application/octet-stream'] === undefined ? 'application/json' : 'application/octet-stream';

const oddTypes = [
  '',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/json',
  'application/json; charset=utf-16',
  'application/json, text/plain',
  'APPLICATION/JSON',
  ';',
] as const;

const oddMethods = [
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'PATCH',
  'DELETE',
  'POST',
  'PROPFIND',
  'MKCOL',
  'QUERY',
  'PURGE',
  'SEARCH',
] as const;

const oddSegments = [
  '__proto__',
  'constructor',
  '0',
  '-1',
  'null',
  '%00',
  '%2e%2e',
  '%2f',
  '%',
  '%E0%A4%A',
  '%F0%9F%A7%AD',
  '%ED%A0%80',
  'a;b=c',
  '1e9',
  'x'.repeat(2_000),
  '00000000-0000-0000-0000-000000000000',
] as const;

const oddHeaders: [string, string][] = [
  ['content-type', 'text/plain'],
  ['authorization', 'Bearer nobody'],
  ['authorization', 'Basic YWRtaW46YWRtaW4='],
  ['cookie', 'perdure=; perdure=nobody; =; ;;'],
  ['content-encoding', 'gzip'],
  ['expect', '100-continue'],
  ['range', 'bytes=5-1,0-0'],
  ['if-none-match', '*'],
  ['last-event-id', '-1'],
  ['last-event-id', `${'9'.repeat(40)}@${'x'.repeat(40)}`],
  ['x-forwarded-for', '::1, 10.0.0.1, nonsense'],
  ['forwarded', 'for="[::1]:80";proto=https'],
  ['x-http-method-override', 'DELETE'],
  ['x-original-url', '/api/admin/users'],
  ['origin', 'null'],
  ['origin', 'https://evil.example'],
  ['sec-fetch-site', 'cross-site'],
  ['accept', ''],
  ['accept-language', '*;q=9e9'],
  ['user-agent', '\u00ff\u00fe'.repeat(200)],
  ['x-request-id', '"}, {"event":"forged'],
  ['host', 'evil.example'],
];

const files: readonly Uint8Array[] = [
  Buffer.from('# Title\n\nSome words to read.'),
  Buffer.from(''),
  Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x00]),
  Buffer.from('%PDF-1.7\n%%EOF'),
  Buffer.from('504b030414000000080000002100', 'hex'),
  Buffer.from('<!doctype html><script>1</script><p>Words</p>'),
  Buffer.from('7f454c4602010100', 'hex'),
  exportWith([writtenSession()]),
  Buffer.from(JSON.stringify([chatgptTalk('talk', 'Tea')])),
];
