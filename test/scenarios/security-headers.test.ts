import { expect, it } from 'vitest';
import type { Reply } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { openSession } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer } from '../shared-server.ts';

const server = sharedServer();

/** As security.md writes it, not as the code has it. */
const policy = new Map([
  ['default-src', "'self'"],
  ['script-src', "'self'"],
  ['style-src', "'self'"],
  ['object-src', "'none'"],
  ['base-uri', "'none'"],
  ['frame-ancestors', "'none'"],
  ['form-action', "'self'"],
  ['img-src', "'self' blob:"],
  ['connect-src', "'self'"],
]);

function policyOf({ headers }: Reply): Map<string, string> {
  const directives = String(headers['content-security-policy']).split(';');
  return new Map(
    directives.map((each): [string, string] => {
      const [name = '', ...values] = each.trim().split(' ');
      return [name, values.join(' ')];
    }),
  );
}

function expectSafe(reply: Reply): void {
  expect(policyOf(reply)).toEqual(policy);
  expectUnsniffed(reply);
}

function expectUnsniffed({ headers }: Reply): void {
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
}

it.each([
  ['GET', '/', 200],
  ['GET', '/admin/sessions', 200],
  ['GET', '/assets/nothing.js', 404],
  ['GET', '/nothing.html', 404],
  ['GET', '/healthz', 200],
  ['GET', '/readyz', 200],
  ['GET', '/metrics', 200],
  ['GET', '/api/openapi.json', 200],
  ['GET', '/api/auth/me', 401],
  ['GET', '/api/nothing', 404],
  ['GET', '/api//sessions', 404],
  ['POST', '/api/auth/login', 400],
  ['TRACE', '/api/sessions', 405],
])('%s %s comes with the headers that keep a browser from running it', async (method, path, status) => {
  const reply = await server().anonymous.call(method, path, {
    ...(method === 'POST' && { body: 'not json', headers: { 'content-type': 'application/json' } }),
  });
  expect(reply.status, reply.text.slice(0, 200)).toBe(status);
  expectSafe(reply);
});

it('so does the answer to what is no request that can be read', async () => {
  const reply = await server().anonymous.get('/', { headers: { 'x-long': 'a'.repeat(20_000) } });
  expect(reply.status).toBe(413);
  expectSafe(reply);
});

it('the reference of the API may draw its pictures, and run no more than other pages', async () => {
  const reply = await server().anonymous.get('/api/docs');
  expect(reply.status).toBe(200);
  expect(policyOf(reply)).toEqual(
    new Map([...policy, ['style-src', "'self' 'unsafe-inline'"], ['img-src', "'self' data:"]]),
  );
  expectUnsniffed(reply);
});

it('the page that diagrams are drawn in has no origin and no network, and its scripts are given to a page without origin; its neighbours are not', async () => {
  const { anonymous } = server();
  const page = await anonymous.get('/diagrams/');
  expect(page.status).toBe(200);
  expect(policyOf(page)).toEqual(
    new Map([
      ['sandbox', 'allow-scripts'],
      ['default-src', "'none'"],
      ['script-src', "'self'"],
      ['style-src', "'unsafe-inline'"],
      ['base-uri', "'none'"],
      ['form-action', "'none'"],
      ['frame-ancestors', "'self'"],
    ]),
  );
  expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  const [script = ''] = /\/diagrams\/assets\/index-[\w-]+\.js/.exec(page.text) ?? [];
  const loaded = await anonymous.get(script, { headers: { origin: 'null' } });
  expect(loaded.status).toBe(200);
  expect(loaded.headers).toMatchObject({
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expectSafe(await anonymous.get('/diagrams'));
  expectSafe(await anonymous.get('/diagrams/nothing.js'));
  expectSafe(await anonymous.get('/', { headers: { origin: 'null' } }));
});

it('answers to somebody who is signed in come with them, and streams', async () => {
  const { client } = server().admin;
  expectSafe(await client.get('/api/sessions'));
  expectSafe(await client.get('/api/admin/users'));
  const { session_id: sessionId } = await openSession(server().admin);
  const stream = await fetch(new URL(`/api/sessions/${sessionId}/events`, server().url), {
    headers: { authorization: `Bearer ${client.token}`, accept: 'text/event-stream' },
  });
  expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
  expect(stream.headers.get('x-content-type-options')).toBe('nosniff');
  await stream.body?.cancel();
});

it.each([
  [
    'page.html',
    '<!doctype html><html><body><h1>Gate</h1><p>It opens at seven.</p><script>alert(1)</script></body></html>',
  ],
  ['drawing.md', '# Gate\n\n<svg onload="alert(1)"></svg> It opens at seven.'],
])('an uploaded %s leaves as a download in a sandbox, by whatever name', async (filename, body) => {
  const { admin } = server();
  const { id } = await newCorpus(admin, `Corpus of ${filename}`);
  const documentId = await upload(admin, id, filename, body);
  await untilRead(admin, documentId);
  const reply = await admin.client.get(`/api/documents/${documentId}/original`);
  expect(reply.status).toBe(200);
  expect(reply.text).toBe(body);
  expect(reply.headers['content-type']).not.toMatch(/html|xml|svg|script/);
  expect(reply.headers['content-disposition']).toMatch(/^attachment; /);
  expect(policyOf(reply)).toEqual(
    new Map([
      ['sandbox', ''],
      ['default-src', "'none'"],
    ]),
  );
  expectUnsniffed(reply);
  await checkInvariants(server().databasePath);
});
