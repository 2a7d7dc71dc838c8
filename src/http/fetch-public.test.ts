import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FetchPorts, fetchPublic } from './fetch-public.ts';
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
  isAllowed: isPublicAddress,
  ports: new Set([port]),
  ...more,
});
/** As if our server were on the internet. */
const asIfPublic = (more: Partial<FetchPorts> = {}) =>
  ports({ isAllowed: (address) => address === outside || isPublicAddress(address), ...more });

/** Refused, and not merely unanswered. */
const beforeAsking =
  /^(?:Give an address|An address may hold|Only the ports|That address is not on|There is no machine of that name)/;

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
  expect(fetched.body.toString()).toBe('inside');
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
  expect(fetched.body.toString()).toBe('outside');
  expect(asked).toEqual(['rebinding.example']);
  answer = (_request, response) => response.writeHead(302, { location: '/again' }).end();
  await expect(fetchPublic(`http://rebinding.example:${port}/`, options, asIfPublic({ resolve }))).rejects.toThrow(
    'not on the public internet',
  );
  expect(canaries).toBe(before);
});

test('what is asked says who is asked, and nothing of us', async () => {
  answer = (request, response) =>
    response.setHeader('content-type', 'Text/Plain; charset=x').end(JSON.stringify(request.headers));
  const fetched = await fetchPublic(`http://public.example:${port}/a?b=c#d`, options, asIfPublic());
  expect(fetched).toMatchObject({ status: 200, mediaType: 'text/plain' });
  const { host, ...rest } = JSON.parse(fetched.body.toString()) as Record<string, string>;
  expect(host).toBe(`public.example:${port}`);
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
  await expect(fetchPublic(`http://public.example:${port}/`, options, asIfPublic())).rejects.toThrow(
    'more than 3 times',
  );
});

test.each<[string, RequestListener, string]>([
  [
    'announces too much',
    (_request, response) => response.setHeader('content-length', '1001').end('x'.repeat(1_001)),
    '1000 bytes',
  ],
  [
    'sends too much',
    (_request, response) => void (response.write('x'.repeat(900)), response.end('x'.repeat(900))),
    '1000 bytes',
  ],
  ['says nothing', () => undefined, 'in time'],
  ['stops half-way', (_request, response) => void response.write('half'), 'in time'],
  ['hangs up', (request) => request.socket.destroy(), 'did not answer'],
])('a machine that %s is not waited for', async (_name, behaviour, told) => {
  answer = behaviour;
  const hasty = { ...options, timeoutMs: 500 };
  await expect(fetchPublic(`http://public.example:${port}/`, hasty, asIfPublic())).rejects.toThrow(told);
});

const never = () => new Promise<string[]>(() => undefined);
test('a name that is never resolved is not waited for', async () => {
  const hasty = { ...options, timeoutMs: 200 };
  await expect(
    fetchPublic('http://slow.example/', hasty, ports({ resolve: never, ports: new Set([80]) })),
  ).rejects.toThrow('in time');
});

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '93.184.215.14',
  '172.15.0.1',
  '172.32.0.1',
  '100.128.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00:1450::1',
])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));
