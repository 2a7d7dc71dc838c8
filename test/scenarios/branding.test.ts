import { expect, test } from 'vitest';
import { type Branding, brandingState, shownBranding } from '../../src/contract/branding.ts';
import { answered, refused } from '../client.ts';
import { sharedServer } from '../shared-server.ts';

const server = sharedServer();
const path = '/api/admin/branding';

const read = async () => answered(await server().admin.client.get(path), 200, brandingState);
const put = async (branding: unknown) =>
  server().admin.client.put(path, { read_version: (await read()).version, branding });
const set = async (branding: Branding) => answered(await put(branding), 200, brandingState);
const shown = async () => answered(await server().anonymous.get('/api/branding'), 200, shownBranding);

test('a name and a colour are told to anybody, and are in the manifest, and null is as the product comes', async () => {
  expect(await shown()).toEqual({ name: 'Perdure', accent: null });
  await set({ name: 'Acme & Söhne', accent: '#FFCC00' });
  expect(await shown()).toEqual({ name: 'Acme & Söhne', accent: '#ffcc00' });
  const manifest = await server().anonymous.get('/manifest.webmanifest');
  expect(manifest.headers['content-type']).toBe('application/manifest+json');
  expect(JSON.parse(manifest.text)).toMatchObject({ id: '/', name: 'Acme & Söhne', short_name: 'Acme & Söhne' });
  await set({ name: null, accent: null });
  expect(await shown()).toEqual({ name: 'Perdure', accent: null });
});

test('of two administrators who read the same one is told that the other was faster', async () => {
  const { version } = await set({ name: 'First', accent: null });
  const { client } = server().admin;
  const branding = { name: 'Second', accent: null };
  expect((await client.put(path, { read_version: version, branding })).status).toBe(200);
  refused(await client.put(path, { read_version: version, branding: { ...branding, name: 'Third' } }), 409, 'conflict');
  expect((await read()).branding.name).toBe('Second');
});

test('nothing that is no plain name or no colour is stored', async () => {
  const before = await set({ name: 'Before', accent: '#224466' });
  const names = ['', ' ', 'x'.repeat(41), 'a\u0000b', 'a\nb', 'a\u202eb', 'a\u2067b', '\u200b', 7, ['a'], '\ud800'];
  const colours = [
    'red',
    '#fff',
    '#aabbccdd',
    'url(https://evil.example)',
    '#aabbcc;}*{',
    '#gggggg',
    'var(--x)',
    7,
    {},
  ];
  const tries = [
    ...names.map((name) => ({ name, accent: null })),
    ...colours.map((accent) => ({ name: null, accent })),
    { name: null },
    { name: null, accent: null, sheet: 'body{}' },
    null,
  ];
  for (const branding of tries) refused(await put(branding), 400, 'bad_request');
  refused(await server().admin.client.put(path, { branding: { name: null, accent: null } }), 400, 'bad_request');
  expect(await read()).toEqual(before);
});

test('the sheet of a colour is kept for ever, is sniffed by nobody, and of what is no colour there is none', async () => {
  const { anonymous } = server();
  const sheet = await anonymous.get('/api/branding/colours/224466');
  expect(sheet.headers).toMatchObject({
    'content-type': 'text/css; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  });
  expect(sheet.text).toContain('--accent:#224466');
  for (const no of ['red', 'AABBCC', '22446', '2244667', '224466.css', '%7D*%7B', '22446;', '..%2f224466'])
    refused(await anonymous.get(`/api/branding/colours/${no}`), 404, 'not_found');
});

test('who is no administrator sets nothing', async () => {
  const person = await server().person();
  const body = { read_version: (await read()).version, branding: { name: 'Mine', accent: null } };
  refused(await person.client.put(path, body), 403, 'forbidden');
  refused(await server().anonymous.put(path, body), 401, 'unauthenticated');
  expect((await shown()).name).not.toBe('Mine');
});
