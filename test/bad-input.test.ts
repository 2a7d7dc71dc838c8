import { randomUUID } from 'node:crypto';
import { createConnection } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Client, refused } from './client.ts';
import { newCorpus } from './documents.ts';
import { openSession } from './given.ts';
import { describedOperations } from './openapi.ts';
import { sharedServer } from './shared-server.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });
let client: Client;
let sessionId: string;
let corpusId: string;
let pid: number;

beforeAll(async () => {
  const curator = await server().person('curator');
  client = curator.client;
  sessionId = (await openSession(curator)).session_id;
  corpusId = (await newCorpus(curator, 'Bad input')).id;
  pid = server().process.pid;
});

// Whatever came in: the same process answers, and has logged no fault of its own.
afterEach(async () => {
  expect((await server().anonymous.get('/healthz')).status).toBe(200);
  expect([server().process.isAlive, server().process.pid]).toEqual([true, pid]);
  expect(server().process.log).not.toMatch(/"event":"(?:uncaught|unhandled|stream_failed)"|"code":"internal"/);
  expect(
    server()
      .process.log.split('\n')
      .filter((line) => line !== '' && !line.startsWith('{')),
  ).toEqual([]);
});

const json = { 'content-type': 'application/json' };
const turns = () => `/api/sessions/${sessionId}/turns`;

describe('a body', () => {
  test.each<[string, string | Uint8Array, number]>([
    ['that is no JSON', '{"text": ', 400],
    ['that is two JSON values', '{} {}', 400],
    ['of single quotes', `{'text': 'a'}`, 400],
    ['that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ['in UTF-16', Buffer.from('{"text":"a"}', 'utf16le'), 400],
    ['that is a number', '5', 400],
    ['that is a string', '"text"', 400],
    ['that is a list', '[]', 400],
    ['that is null', 'null', 400],
    ['with __proto__', `{"__proto__": {"text": "a"}, "client_turn_id": "${randomUUID()}"}`, 400],
    ['with constructor', `{"constructor": {"prototype": {}}, "text": "a"}`, 400],
    ['with __proto__ deep inside', `{"text": "a", "corpora": [{"__proto__": 1}]}`, 400],
    ['nested a thousand times', `${'['.repeat(1_000)}${']'.repeat(1_000)}`, 400],
    ['nested a hundred thousand times', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 400],
    ['with a number beyond all numbers', '{"text": 1e999}', 400],
    ['of 1.1 MB', JSON.stringify({ text: 'x'.repeat(1_100_000) }), 413],
  ])('%s is refused', async (_name, body, status) => {
    for (const [method, path] of [
      ['POST', turns()],
      ['POST', '/api/sessions'],
      ['PATCH', `/api/sessions/${sessionId}`],
      ['POST', '/api/auth/login'],
      ['POST', '/api/search'],
    ] as const) {
      refused(await client.call(method, path, { body, headers: json }), status);
    }
    expect(Object.prototype).not.toHaveProperty('text');
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/json', ''])(
    'of type “%s” is a 415',
    async (type) => {
      const body = JSON.stringify({ client_turn_id: randomUUID(), text: 'hello' });
      refused(
        await client.call('POST', turns(), { body, headers: { 'content-type': type } }),
        415,
        'unsupported_media_type',
      );
    },
  );

  test.each([
    ['/api/sessions', 20_000_000],
    ['/api/auth/login', 20_000_000],
    [`/api/corpora/CORPUS/documents?filename=huge.txt`, 60 * 2 ** 20],
  ])('for %s that announces %i bytes is refused before it is sent', async (path, bytes) => {
    const socket = await connect();
    const head = `POST ${path.replace('CORPUS', corpusId)} HTTP/1.1\r\n${headLines()}Content-Type: application/json\r\n`;
    const answer = await exchange(socket, `${head}Content-Length: ${bytes}\r\n\r\n{`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('application/problem+json');
  });

  test('that announces nothing is refused once it is too long', async () => {
    const socket = await connect();
    const head = `POST /api/sessions HTTP/1.1\r\n${headLines()}Content-Type: application/json\r\nTransfer-Encoding: chunked`;
    const chunk = `${(100_000).toString(16)}\r\n${' '.repeat(100_000)}\r\n`;
    expect(await exchange(socket, `${head}\r\n\r\n${chunk.repeat(12)}`)).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('a message longer than the bound names the field and the bound', async () => {
    const reply = await client.post(turns(), { client_turn_id: randomUUID(), text: 'x'.repeat(64_001) });
    expect(refused(reply, 400, 'bad_request').detail).toMatch(/^Body: text: .*64000/);
  });

  test('an announced length that never comes is no harm', async () => {
    const socket = await connect();
    socket.write(
      `POST ${turns()} HTTP/1.1\r\n${headLines()}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"te`,
    );
    socket.destroy();
    const upload = await connect();
    upload.write(
      `POST /api/corpora/${corpusId}/documents HTTP/1.1\r\n${headLines()}Content-Length: 5000\r\n\r\n# Half`,
    );
    upload.destroy();
    const reply = await client.get(`/api/corpora/${corpusId}/documents`);
    expect(JSON.parse(reply.text)).toMatchObject({ documents: [] });
  });
});

describe('an upload', () => {
  test.each<[string, string, string | Uint8Array, number]>([
    ['an empty file', 'empty.md', '', 400],
    ['a program', 'tool.pdf', Buffer.from('7f454c4602010100000000000000000002003e00', 'hex'), 415],
    ['a picture that says it is text', 'text.txt', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 415],
    ['text that says it is a PDF', 'lying.pdf', 'just words', 415],
  ])('%s is refused and leaves no document', async (_name, filename, body, status) => {
    const path = `/api/corpora/${corpusId}/documents?filename=${filename}`;
    refused(await client.call('POST', path, { body }), status);
    const reply = await client.get(`/api/corpora/${corpusId}/documents`);
    expect(JSON.parse(reply.text)).toMatchObject({ documents: [] });
  });
});

describe('an address', () => {
  test.each([
    '/api/sessions/1',
    '/api/sessions/null',
    '/api/sessions/undefined',
    '/api/sessions/%00',
    '/api/sessions/..',
    '/api/sessions/%2e%2e',
    "/api/sessions/' or 1=1 --",
    '/api/sessions/00000000-0000-0000-0000-000000000000',
    `/api/sessions/${'a'.repeat(5_000)}`,
    '/api/sessions/__proto__',
    '/api/corpora/__proto__',
    '/api/documents/%F0%9F%92%A9',
    '/api/nothing',
    '/api/sessions/%E0%A4%A',
    '/api/%',
    '/api/sessions/%',
    '/api/sessions/%2e%2e/auth/me',
    '/api/auth/../auth/me',
    '/api//auth/me',
    '//api/auth/me',
    '/api/auth%2fme',
    '/%61pi/auth/me',
  ])('%s names nothing', async (path) => {
    refused(await client.get(path.replaceAll(' ', '%20')), 404, 'not_found');
  });

  test('however it is written, it gives nobody more than its plain form', async () => {
    const plain = `/api/sessions/${sessionId}`;
    const variants = [
      `/${plain}`,
      plain.replace('/api/', '//api//'),
      plain.replace('/api/', '/api//'),
      plain.replace('/sessions/', '/sessions//'),
      `${plain}/`,
      `${plain}//`,
      `${plain}.`,
      `${plain}/.`,
      `${plain}/../${sessionId}`,
      `/api/sessions%2f${sessionId}`,
      `/api%2fsessions%2f${sessionId}`,
      `/%61pi/sessions/${sessionId}`,
      `/API/sessions/${sessionId}`,
      `/api/Sessions/${sessionId}`,
      `/api/./sessions/${sessionId}`,
      `/healthz/../api/sessions/${sessionId}`,
      `${plain};a=b`,
      `${plain}%00`,
      `${plain}%20`,
      `${plain}?`,
      `\\api\\sessions\\${sessionId}`,
    ];
    const stranger = await server().person();
    for (const path of variants) {
      const reply = await server().anonymous.get(path);
      const seen = [reply, await stranger.client.get(path)];
      for (const each of seen) {
        expect(each.text).not.toContain('"session_id"');
        expect(each.status).toBeLessThan(500);
      }
      // What is answered as the API is answered like it: not signed in.
      if (reply.headers['content-type'] === 'application/problem+json') expect([400, 401, 404]).toContain(reply.status);
    }
    for (const path of ['/api/admin/sessions', '/api/admin/users']) {
      const ways = [
        `/${path}`,
        `${path}/`,
        path.toUpperCase(),
        path.replace('admin', '%61dmin'),
        path.replaceAll('/', '%2f'),
      ];
      for (const way of ways) expect((await stranger.client.get(way)).text).not.toMatch(/"username"/);
    }
  });

  test.each(['PUT', 'OPTIONS', 'TRACE', 'PROPFIND', 'HEAD'])(
    '%s is not taken by any address of the API that does not say so',
    async (method) => {
      const operations = await describedOperations(server().anonymous);
      const takes = new Set(operations.filter((each) => each.method === method.toLowerCase()).map((each) => each.path));
      const paths = new Set(operations.map((each) => each.path).filter((path) => !takes.has(path)));
      expect(paths.size).toBeGreaterThan(20);
      for (const path of paths) {
        const reply = await client.call(method, path.replaceAll(/\{\w+\}/g, randomUUID()));
        if (method === 'HEAD') expect(reply.text).toBe('');
        else refused(reply, 405, 'method_not_allowed');
      }
    },
  );

  test.each([
    ['limit=5&limit=6', 'given twice'],
    ['q=a&q=a', 'given twice'],
    ['cursor=%00', 'cursor'],
    ['cursor=W10', 'cursor'],
    ['limit=NaN', 'limit'],
    ['limit=1e3', 'limit'],
    ['limit=-1', 'limit'],
    ['__proto__=1', '__proto__'],
    ['constructor=1', 'constructor'],
  ])('the query ?%s is a 400 that says why', async (query, why) => {
    expect(refused(await client.get(`/api/sessions?${query}`), 400, 'bad_request').detail).toContain(why);
  });
});

describe('a request from another site', () => {
  const login = { username: 'admin', password: 'a wrong password' };

  test.each<[string, Record<string, string>]>([
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['Origin: null', { origin: 'null' }],
    ['an Origin that begins like ours', { origin: 'http://127.0.0.1.evil.example' }],
    ['an Origin of another scheme', { origin: 'https://127.0.0.1' }],
    ['an Origin of another port', { origin: 'http://127.0.0.1:1' }],
    ['an Origin in capitals', { origin: 'HTTP://127.0.0.1' }],
    ['an empty Origin', { origin: '' }],
    ['an empty Sec-Fetch-Site', { 'sec-fetch-site': '' }],
    ['a Sec-Fetch-Site that nobody sends', { 'sec-fetch-site': 'same-origin, cross-site' }],
    ['Sec-Fetch-Site: cross-site beside our own Origin', { 'sec-fetch-site': 'cross-site', origin: 'OURS' }],
  ])('%s with the cookie changes nothing', async (_name, { origin, ...site }) => {
    const own = origin === 'OURS' ? server().url.origin : origin;
    const headers = { ...site, ...(own !== undefined && { origin: own }) };
    const cookie = `perdure=${client.token ?? ''}`;
    for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded']) {
      const options = { token: null, headers: { cookie, 'content-type': type, ...headers } };
      refused(await client.call('POST', '/api/sessions', { ...options, body: '{}' }), 403, 'cross_site');
      refused(await client.call('DELETE', `/api/sessions/${sessionId}`, options), 403, 'cross_site');
      const upload = `/api/corpora/${corpusId}/documents?filename=x.md`;
      refused(await client.call('POST', upload, { ...options, body: '# X' }), 403, 'cross_site');
    }
    refused(await server().anonymous.post('/api/auth/login', login, { headers }), 403, 'cross_site');
    expect((await client.get(`/api/sessions/${sessionId}`)).status).toBe(200);
  });

  test('with the cookie and no word of where it comes from changes nothing', async () => {
    const options = { token: null, headers: { cookie: `perdure=${client.token ?? ''}` } };
    for (const type of ['text/plain', 'application/json', 'multipart/form-data; boundary=x']) {
      const headers = { ...options.headers, 'content-type': type };
      const json = { ...options, headers, body: '{}' };
      refused(await client.call('POST', '/api/sessions', json), 403, 'cross_site');
      refused(await client.call('DELETE', `/api/sessions/${sessionId}`, options), 403, 'cross_site');
    }
    expect((await client.get('/api/sessions', options)).status, 'reading is no change').toBe(200);
  });

  test('a bearer request needs no origin, a browser’s own page may use the cookie', async () => {
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await client.post('/api/sessions', undefined, { headers: foreign })).status).toBe(201);
    const cookie = `perdure=${client.token ?? ''}`;
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin: server().url.origin }]) {
      const options = { token: null, headers: { cookie, ...headers } as Record<string, string> };
      expect((await client.call('POST', '/api/sessions', options)).status).toBe(201);
    }
  });

  test('no answer lets another site read it', async () => {
    const reply = await client.get('/api/sessions', { headers: { origin: 'https://evil.example' } });
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('what is no HTTP', () => {
  test.each<[string, string]>([
    ['a header of 100 KB', `GET /api/sessions HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`],
    ['a thousand headers', `GET /api/sessions HTTP/1.1\r\nHost: x\r\n${'X-Many: 1\r\n'.repeat(5_000)}\r\n`],
    ['no host', 'GET /api/sessions HTTP/1.1\r\n\r\n'],
    ['a host that is none', 'GET /api/sessions HTTP/1.1\r\nHost: a b/c@[\r\n\r\n'],
    ['garbage', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\r\n\r\n'],
    ['a method that is none', 'G(T / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['two lengths', 'POST /api/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}'],
    ['a broken chunk', 'POST /api/sessions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n'],
    ['an absolute address', 'GET http://evil.example/api/sessions HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('%s gets a 4xx or nothing at all, and no session', async (_name, text) => {
    const socket = await connect();
    const answer = await exchange(socket, text);
    if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    if (answer.includes('{')) expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer).not.toContain('"sessions"');
  });

  test('a header that is too long is told as every error is', async () => {
    const reply = await client.get('/api/sessions', { headers: { 'x-long': 'x'.repeat(100_000) } });
    refused(reply, 413, 'too_large');
  });

  test('a backslash in the address is told as every error is', async () => {
    refused(await client.get('/api\\auth\\me'), 400, 'bad_request');
  });
});

describe('a refused body', () => {
  test.each<[string, number, number, RegExp]>([
    ['that is here is no reason to close the connection', 2, 2, /^connection: keep-alive$/im],
    ['that nobody will read ends the connection, and says so', 10_000_000, 100_000, /^connection: close$/im],
  ])('%s', async (_name, length, sent, expected) => {
    const body = 'x'.repeat(sent);
    const head = `POST /api/search HTTP/1.1\r\nHost: ${server().url.host}\r\nContent-Length: ${length}\r\n\r\n`;
    const answer = await exchange(await connect(), head + body);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toMatch(expected);
  });
});

function connect() {
  const { hostname, port } = server().url;
  const socket = createConnection({ host: hostname, port: Number(port) });
  return new Promise<typeof socket>((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}

const headLines = () => `Host: ${server().url.host}\r\nAuthorization: Bearer ${client.token}\r\n`;

/** Sends bytes and reads until the other side is done. */
function exchange(socket: ReturnType<typeof createConnection>, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      answer += piece;
      socket.end();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(answer));
    socket.write(text);
  });
}
