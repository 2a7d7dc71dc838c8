import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllowedHosts } from '../allowed-hosts.ts';
import { type Fetched, type FetchPorts, fetchPublic, internetAnd, redirectedUrl } from './fetch-public.ts';
import { isPublicAddress } from './public-address.ts';
import { insideUrls } from './testing/inside-urls.ts';

/** S4. Ours listens on 127.0.0.1 and is allowed where a test says so; the canary is on every other address of this machine, and must never be asked. */
const outside = '127.0.0.1';
const inside = '127.0.0.2';
let port = 0;
let canaries = 0;
let answer: RequestListener = (_request, response) => response.end();
const ours = createServer((request, response) => answer(request, response));
const canary = createServer((_request, response) => response.end('inside'));
canary.on('connection', () => (canaries += 1));

beforeAll(async () => {
  await new Promise<void>((resolve) => ours.listen(0, outside, resolve));
  ({ port } = ours.address() as AddressInfo);
  await new Promise<void>((resolve) => canary.listen(port, inside, resolve));
});
afterAll(() => {
  ours.close();
  canary.close();
});

const options = { maxBytes: 1_000, timeoutMs: 5_000, signal: new AbortController().signal };
const known: Readonly<Record<string, readonly string[]>> = {
  'public.example': [outside],
  'inside.example': [inside],
  'mixed.example': ['93.184.215.14', inside],
  'six.example': ['::1'],
  'mapped.example': [`::ffff:${inside}`],
  'nothing.example': [],
  'metadata.google.internal': ['169.254.169.254'],
};
/** Names lead where they say, everything else to the canary. */
const lying = (hostname: string) => Promise.resolve(known[hostname] ?? [inside]);
const ports = (more: Partial<FetchPorts> = {}): FetchPorts => ({
  resolve: lying,
  isAllowed: ({ address }) => isPublicAddress(address),
  ports: new Set([port]),
  ...more,
});
/** As if our server were on the internet. */
const asIfPublic = (more: Partial<FetchPorts> = {}) =>
  ports({ isAllowed: ({ address }) => address === outside || isPublicAddress(address), ...more });

async function textOf({ body }: Fetched): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Refused, and not merely unanswered. */
const beforeAsking = /^(?:Give an address|An address may hold|Only the ports|That address leads to nothing)/;

test('of all addresses that lead inside none is asked', async () => {
  const urls = insideUrls(port);
  expect(urls.length).toBeGreaterThanOrEqual(150);
  const before = canaries;
  let asked = 0;
  answer = (_request, response) => {
    asked += 1;
    response.end();
  };
  for (const url of urls) {
    await expect(fetchPublic(url, options, ports()), url).rejects.toThrow(beforeAsking);
  }
  expect({ asked, canaries: canaries - before }).toEqual({ asked: 0, canaries: 0 });
  console.info(`url guard: ${urls.length} addresses refused`);
});

test('nor by a redirect', async () => {
  const before = canaries;
  // What leads to our own server is as public here as it is.
  const urls = insideUrls(port).filter((url) => url.trim() !== '' && !isOurs(url));
  expect(urls.length).toBeGreaterThan(120);
  for (const url of urls) {
    answer = (_request, response) => {
      response.writeHead(302, { location: encodeURI(url.replaceAll(/[\t\n]/g, '')) }).end();
    };
    const start = `http://public.example:${port}/`;
    await expect(fetchPublic(start, options, asIfPublic()), url).rejects.toThrow(beforeAsking);
  }
  expect(canaries).toBe(before);
});

function isOurs(url: string): boolean {
  const parsed = URL.parse(url, `http://public.example:${port}/`);
  return [outside, 'public.example'].includes(parsed?.hostname ?? '') && parsed?.username === '';
}

test('the canary is there: without the guard it would be asked', async () => {
  const before = canaries;
  const fetched = await fetchPublic(`http://inside.example:${port}/`, options, ports({ isAllowed: () => true }));
  expect(await textOf(fetched)).toBe('inside');
  expect(canaries).toBe(before + 1);
});

test('a name is resolved once for each step: a second answer that leads inside is never heard', async () => {
  const before = canaries;
  const asked: string[] = [];
  const resolve = (hostname: string) => {
    asked.push(hostname);
    return Promise.resolve([asked.length % 2 === 1 ? outside : inside]);
  };
  answer = (_request, response) => response.end('outside');
  const fetched = await fetchPublic(`http://rebinding.example:${port}/`, options, asIfPublic({ resolve }));
  expect(await textOf(fetched)).toBe('outside');
  expect(asked).toEqual(['rebinding.example']);
  answer = (_request, response) => response.writeHead(302, { location: '/again' }).end();
  await expect(fetchPublic(`http://rebinding.example:${port}/`, options, asIfPublic({ resolve }))).rejects.toThrow(
    'nothing on the public internet',
  );
  expect(canaries).toBe(before);
});

test('what is asked says who is asked, and nothing of us', async () => {
  answer = (request, response) =>
    response.setHeader('content-type', 'Text/Plain; charset=x').end(JSON.stringify(request.headers));
  const fetched = await fetchPublic(`http://public.example:${port}/a?b=c#d`, options, asIfPublic());
  expect(fetched).toMatchObject({ status: 200, mediaType: 'text/plain' });
  const { host, ...rest } = JSON.parse(await textOf(fetched)) as Record<string, string>;
  expect(host).toBe(`public.example:${port}`);
  expect(rest['user-agent']).toBe('Perdure');
  expect(Object.keys(rest).toSorted()).toEqual(['accept', 'accept-encoding', 'connection', 'user-agent']);
});

test('three redirects are followed, and not a fourth', async () => {
  let left = 3;
  answer = (_request, response) => {
    if (left-- > 0) response.writeHead(301, { location: `/${left}` }).end();
    else response.end('there');
  };
  expect((await fetchPublic(`http://public.example:${port}/`, options, asIfPublic())).url.pathname).toBe('/0');
  left = 4;
  await expect(fetchPublic(`http://public.example:${port}/`, options, asIfPublic())).rejects.toThrow('leads on and on');
});

test('from https a redirect to http is not followed', () => {
  const from = new URL('https://public.example/a');
  const anywhere = { isAllowed: () => true, ports: new Set([80, 443]) };
  expect(() => redirectedUrl(from, 'http://public.example/b', anywhere)).toThrow('leads on to one that does not');
  expect(redirectedUrl(from, '/b#c', anywhere).href).toBe('https://public.example/b');
  expect(redirectedUrl(new URL('http://public.example/'), 'https://other.example/', anywhere).href).toBe(
    'https://other.example/',
  );
});

test('a redirect in a circle ends', async () => {
  let asked = 0;
  answer = (_request, response) => {
    asked += 1;
    response.writeHead(308, { location: '/round' }).end();
  };
  await expect(fetchPublic(`http://public.example:${port}/round`, options, asIfPublic())).rejects.toThrow(
    'leads on and on',
  );
  expect(asked).toBe(4);
});

const zeros = Buffer.alloc(5_000_000);
const bombs = { gzip: gzipSync(zeros).subarray(0, 900), br: brotliCompressSync(zeros) };
/** An archive of nothing, again and again, unpacks to nothing and never ends. */
const endlessNothing: RequestListener = (_request, response) => {
  response.setHeader('content-encoding', 'gzip');
  const nothing = Buffer.concat(Array.from({ length: 100 }, () => gzipSync('')));
  const more = () => {
    while (!response.destroyed && response.write(nothing));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
};

test.each<[string, RequestListener, string]>([
  [
    'announces too much',
    (_request, response) => response.setHeader('content-length', '1001').end('x'.repeat(1_001)),
    'more at that address',
  ],
  [
    'sends too much',
    (_request, response) => void (response.write('x'.repeat(900)), response.end('x'.repeat(900))),
    'more at that address',
  ],
  [
    'sends little that unpacks to too much',
    (_request, response) => response.setHeader('content-encoding', 'gzip').end(bombs.gzip),
    'more at that address',
  ],
  [
    'does so by brotli',
    (_request, response) => response.setHeader('content-encoding', 'br').end(bombs.br),
    'more at that address',
  ],
  ['sends much that unpacks to nothing', endlessNothing, 'more at that address'],
  [
    'sends what does not unpack',
    (_request, response) => response.setHeader('content-encoding', 'gzip').end('not packed'),
    'did not arrive whole',
  ],
  [
    'packs in its own way',
    (_request, response) => response.setHeader('content-encoding', 'constructor').end('x'),
    'packed in a way',
  ],
  ['says nothing', () => undefined, 'did not answer'],
  ['stops half-way', (_request, response) => void response.write('half'), 'in time'],
  ['hangs up', (request) => request.socket.destroy(), 'did not answer'],
  [
    'hangs up half-way',
    (request, response) => void response.write('half', () => request.socket.destroy()),
    'did not arrive whole',
  ],
  [
    'drips for ever',
    (_request, response) => {
      const drip = setInterval(() => response.write('.'), 20);
      response.once('close', () => clearInterval(drip));
    },
    'in time',
  ],
  [
    'has huge headers',
    (_request, response) => response.setHeader('x-huge', 'x'.repeat(20_000)).end('small'),
    'did not answer',
  ],
  [
    'changes the protocol',
    (request) =>
      void request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    'did not answer',
  ],
])('a machine that %s is not waited for', async (_name, behaviour, told) => {
  answer = behaviour;
  const hasty = { ...options, timeoutMs: 700 };
  const read = async () => textOf(await fetchPublic(`http://public.example:${port}/`, hasty, asIfPublic()));
  await expect(read()).rejects.toThrow(told);
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const)('what is packed by %s is unpacked', async (encoding, pack) => {
  answer = (_request, response) => response.setHeader('content-encoding', encoding).end(pack('words'));
  expect(await textOf(await fetchPublic(`http://public.example:${port}/`, options, asIfPublic()))).toBe('words');
});

test('a machine that refuses and one that is silent are told in the same words', async () => {
  const told = async (behaviour: RequestListener) => {
    answer = behaviour;
    const asked = fetchPublic(`http://public.example:${port}/`, { ...options, timeoutMs: 300 }, asIfPublic());
    return asked.then(
      () => 'read',
      (error: unknown) => String(error),
    );
  };
  const silent = await told(() => undefined);
  const closed = await fetchPublic('http://public.example:9/', options, asIfPublic({ ports: new Set([9]) })).catch(
    String,
  );
  expect(silent).toContain('did not answer');
  expect(closed).toBe(silent);
});

const nobodys = () => Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
const toldOf = (more: Partial<FetchPorts>) =>
  fetchPublic(`http://inside.example:${port}/`, options, ports(more)).catch(String);
test('a name that nobody has and one that leads inside are told in the same words', async () => {
  expect(await toldOf({ resolve: nobodys })).toBe(await toldOf({}));
});

const never = () => new Promise<string[]>(() => undefined);
test('a name that is never resolved is not waited for', async () => {
  const hasty = { ...options, timeoutMs: 200 };
  await expect(
    fetchPublic('http://slow.example/', hasty, ports({ resolve: never, ports: new Set([80]) })),
  ).rejects.toThrow('did not answer');
});

test('each address is told of before it is asked, and may be refused', async () => {
  answer = (request, response) => {
    if (request.url === '/a') response.writeHead(302, { location: '/b' }).end();
    else response.end();
  };
  const told: string[] = [];
  const beforeEach = (url: URL) => {
    told.push(url.pathname);
    return url.pathname === '/b' ? Promise.reject(new Error('not b')) : Promise.resolve();
  };
  await expect(
    fetchPublic(`http://public.example:${port}/a`, { ...options, beforeEach }, asIfPublic()),
  ).rejects.toThrow('not b');
  expect(told).toEqual(['/a', '/b']);
});

test('what the operator allows is reached beside the internet, and nothing near it', async () => {
  const before = canaries;
  answer = (_request, response) => response.end('ours');
  const { isAllowed } = internetAnd(parseAllowedHosts(`${outside}:${port}, wiki.example`));
  const asked = (host: string, at = port) =>
    fetchPublic(`http://${host}:${at}/`, options, ports({ isAllowed, ports: new Set([port, 80]) })).then(textOf);
  expect(await asked('public.example')).toBe('ours');
  expect(await asked(outside)).toBe('ours');
  await expect(asked('inside.example')).rejects.toThrow('nothing on the public internet');
  await expect(asked('wiki.example')).rejects.toThrow('nothing on the public internet');
  await expect(asked(outside, 80)).rejects.toThrow('nothing on the public internet');
  expect(canaries).toBe(before);
});
