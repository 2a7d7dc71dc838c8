import { assert, expect, test } from 'vitest';
import { type Branding, brandingState, shownBranding } from '../../src/contract/branding.ts';
import { logoAddress } from '../../src/contract/logo.ts';
import { answered, refused } from '../client.ts';
import { pngChunk, pngOf, webpOf } from '../pictures.ts';
import { sharedServer } from '../shared-server.ts';

const server = sharedServer();
const path = '/api/admin/branding';

const read = async () => answered(await server().admin.client.get(path), 200, brandingState);
const put = async (branding: unknown) =>
  server().admin.client.put(path, { read_version: (await read()).version, branding });
const set = async (branding: Branding) => answered(await put(branding), 200, brandingState);
const shown = async () => answered(await server().anonymous.get('/api/branding'), 200, shownBranding);

test('a name and a colour are told to anybody, and are in the manifest, and null is as the product comes', async () => {
  expect(await shown()).toEqual({ name: 'Perdure', accent: null, logo: null });
  await set({ name: 'Acme & Söhne', accent: '#FFCC00' });
  expect(await shown()).toEqual({ name: 'Acme & Söhne', accent: '#ffcc00', logo: null });
  const manifest = await server().anonymous.get('/manifest.webmanifest');
  expect(manifest.headers['content-type']).toBe('application/manifest+json');
  expect(JSON.parse(manifest.text)).toMatchObject({ id: '/', name: 'Acme & Söhne', short_name: 'Acme & Söhne' });
  await set({ name: null, accent: null });
  expect(await shown()).toEqual({ name: 'Perdure', accent: null, logo: null });
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

const putLogo = async (bytes: Buffer, alt = '') =>
  server().admin.client.put(`${path}/logo`, {
    read_version: (await read()).version,
    logo: { alt, base64: bytes.toString('base64') },
  });

test('a logo is served as what it is at an address of its own, and is gone when another one is set', async () => {
  const { anonymous, admin } = server();
  await set({ name: 'Acme', accent: null });
  for (const [bytes, type, size] of [
    [pngOf(200, 200), 'image/png', 200],
    [webpOf(64, 32), 'image/webp', 64],
  ] as const) {
    const state = answered(await putLogo(bytes, 'A fox'), 200, brandingState);
    expect(state).toMatchObject({ branding: { name: 'Acme' }, logo: { media_type: type, width: size, alt: 'A fox' } });
    const { logo } = await shown();
    assert(logo);
    const served = await anonymous.get(logoAddress(logo));
    expect(served.bytes.equals(bytes)).toBe(true);
    expect(served.headers).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(served.headers['content-security-policy']).toContain("default-src 'none'; sandbox");
    const { icons } = JSON.parse((await anonymous.get('/manifest.webmanifest')).text) as { icons: { src: string }[] };
    // The second one is no square.
    expect(icons[0]?.src).toBe(type === 'image/png' ? logoAddress(logo) : '/icon.svg');
  }
  const { version, logo } = await read();
  assert(logo);
  const taken = await admin.client.put(`${path}/logo`, { read_version: version, logo: null });
  expect(answered(taken, 200, brandingState)).toMatchObject({ branding: { name: 'Acme' }, logo: null });
  refused(await anonymous.get(logoAddress(logo)), 404, 'not_found');
  refused(await anonymous.get('/api/branding/logo/latest'), 404, 'not_found');
});

test('no other file is stored, whatever it calls itself: what can hold programs, moves, is cut off or goes on', async () => {
  const before = await read();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
  const moving = webpOf(2, 2, 2);
  const tries = [
    Buffer.from(svg),
    Buffer.from(`<?xml version="1.0"?>${svg}`),
    Buffer.from('GIF89a'),
    Buffer.from('<!doctype html><script>alert(1)</script>'),
    Buffer.concat([pngOf(2, 2), Buffer.from(svg)]),
    Buffer.concat([webpOf(2, 2), Buffer.from(svg)]),
    pngOf(2, 2).subarray(0, -12),
    pngOf(2, 2).subarray(0, 8),
    pngOf(2, 2, [pngChunk('acTL', Buffer.alloc(8))]),
    webpOf(2, 2).subarray(0, -2),
    pngOf(1025, 1),
    pngOf(1, 1025),
    pngOf(0, 4),
    webpOf(1025, 1),
    moving,
    pngOf(1, 1, [pngChunk('tEXt', Buffer.alloc(256 * 1024))]),
  ];
  for (const bytes of tries) refused(await putLogo(bytes), 400, 'bad_request');
  expect(refused(await putLogo(Buffer.from(svg)), 400).detail).toContain('SVG');
  refused(await putLogo(pngOf(2, 2), 'a\u202eb'), 400, 'bad_request');
  const { client } = server().admin;
  for (const base64 of ['', '!!', 'data:image/png;base64,AAAA'])
    refused(
      await client.put(`${path}/logo`, { read_version: before.version, logo: { alt: '', base64 } }),
      400,
      'bad_request',
    );
  expect(await read()).toEqual(before);
});

test('who is no administrator sets nothing', async () => {
  const person = await server().person();
  const body = { read_version: (await read()).version, branding: { name: 'Mine', accent: null } };
  refused(await person.client.put(path, body), 403, 'forbidden');
  refused(await server().anonymous.put(path, body), 401, 'unauthenticated');
  const logo = { alt: '', base64: pngOf(2, 2).toString('base64') };
  refused(await person.client.put(`${path}/logo`, { read_version: body.read_version, logo }), 403, 'forbidden');
  expect((await shown()).name).not.toBe('Mine');
});
