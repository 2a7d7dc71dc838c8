import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { expect, it } from 'vitest';
import { openSession } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask } from '../turns.ts';
import { inBrowser } from './in-browser.ts';
import type { Profile } from './profile.ts';
import { SessionWindow } from './session-window.ts';
import { untilLoaded } from './until-loaded.ts';

/** What the scripts of a page that a person comes to first may weigh as they are sent, and those of a session that is opened by its address, which draws Markdown at once. */
const mostBytes = { first: 250_000, session: 305_000 };
/** Each is a way there and back for some of the others: a browser asks a server for six at a time. */
const mostScripts = { first: 20, session: 25 };

inBrowser('a first page', (open) => {
  const server = sharedServer({ withModel: true });

  it('brings at most 250 kB of script: signing in and the start page; nothing that draws formulae or diagrams or colours code, in a session neither', async () => {
    server().model.always({ text: 'The gate opens at seven, and costs $5.' });
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    await ask(person, sessionId, 'When does the gate open?');
    expectLight(await scriptsOf(await open({ url: server().url }), '/sign-in'), '/sign-in');
    expectLight(await scriptsOf(await open({ url: server().url, as: person }), '/'), '/');
    const profile = await open({ url: server().url, as: person });
    expectLight(await scriptsOf(profile, `/sessions/${sessionId}`), '/sessions/…', 'session');
    const [page] = profile.context.pages();
    if (!page) throw new Error('the window is gone');
    expect(await new SessionWindow(page).answerText()).toContain('seven');
  });

  it('brings no more in German or in Arabic: of their words only those that it can say', async () => {
    const person = await server().person();
    for (const locale of ['de-DE', 'ar']) {
      expectLight(await scriptsOf(await open({ url: server().url, locale }), '/sign-in'), `/sign-in ${locale}`);
      expectLight(await scriptsOf(await open({ url: server().url, as: person, locale }), '/'), `/ ${locale}`);
    }
  });

  it('asks for its language and for who is signed in while the app is still on its way, and for each once', async () => {
    const profile = await open({ url: server().url, as: await server().person(), locale: 'de-DE' });
    const app = Promise.withResolvers<void>();
    await profile.context.route(/\/assets\/shell-/, async (route) => {
      await app.promise;
      await route.continue();
    });
    const page = await profile.context.newPage();
    const asked = [/\/assets\/de-/, /\/api\/auth\/me$/].map((address) => page.waitForRequest(address));
    const visited = page.goto('/');
    await Promise.all(asked);
    app.resolve();
    await visited;
    await untilLoaded(page);
    expect(profile.count('GET', '/api/auth/me')).toBe(1);
    expect(profile.count('GET', /\/assets\/de-/)).toBe(1);
  });

  it('asks for nobody on a page for people who need not be signed in', async () => {
    for (const path of ['/sign-in', '/welcome', '/reset', '/forgot-password']) {
      const profile = await open({ url: server().url });
      await untilLoaded(await profile.visit(path));
      expect(profile.count('GET', '/api/auth/me'), path).toBe(0);
    }
  });

  it('comes packed to whoever takes that, and as it is to others', async () => {
    const page = await server().anonymous.get('/');
    const [script] = /\/assets\/index-[\w-]+\.js/.exec(page.text) ?? [];
    if (!script) throw new Error('the page names no script');
    const plain = await raw(new URL(script, server().url), {});
    const got = async (accepted: string) => raw(new URL(script, server().url), { 'accept-encoding': accepted });
    const [brotli, gzip, neither] = [await got('gzip, deflate, br'), await got('br;q=0, gzip'), await got('gzip;q=0')];
    expect(brotli.encoding).toBe('br');
    expect(gzip.encoding).toBe('gzip');
    expect([plain.encoding, neither.encoding]).toEqual([undefined, undefined]);
    for (const each of [plain, brotli, gzip, neither]) expect(each.vary).toBe('accept-encoding');
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    expect(neither.body.equals(plain.body)).toBe(true);
  });
});

/** Scripts as the browser got them, by name, in bytes. */
async function scriptsOf(profile: Profile, path: string): Promise<Map<string, number>> {
  const responses: Response[] = [];
  profile.context.on('response', (response) => responses.push(response));
  const page = await profile.visit(path);
  await untilLoaded(page);
  await page.waitForLoadState('load');
  await page.waitForTimeout(1000);
  const sizes = new Map<string, number>();
  for (const response of responses) {
    const { pathname } = new URL(response.url());
    if (!pathname.endsWith('.js')) continue;
    expect(response.headers()['content-encoding'] ?? 'as it is', pathname).toBe(
      pathname.startsWith('/assets/') ? 'br' : 'as it is',
    );
    sizes.set(pathname, (await response.request().sizes()).responseBodySize);
  }
  return sizes;
}

function expectLight(sizes: Map<string, number>, path: string, kind: keyof typeof mostBytes = 'first'): void {
  const sum = [...sizes.values()].reduce((total, size) => total + size, 0);
  console.info(`${path}: ${sizes.size} scripts, ${(sum / 1000).toFixed(1)} kB as they are sent`);
  expect(sizes.size).toBeGreaterThan(5);
  expect(sizes.size, [...sizes.keys()].join('\n')).toBeLessThanOrEqual(mostScripts[kind]);
  expect(sum).toBeGreaterThan(50_000);
  expect(sum, JSON.stringify([...sizes], undefined, 1)).toBeLessThanOrEqual(mostBytes[kind]);
  expect([...sizes.keys()].filter((name) => /drawn-formula|coloured|drawn-diagram|diagrams\/|pdf/i.test(name))).toEqual(
    [],
  );
}

type Raw = { encoding: string | undefined; vary: string | undefined; body: Buffer };

/** An answer without anything unpacked. */
function raw(url: URL, headers: Record<string, string>): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, (message) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.once('error', reject);
      message.once('end', () => {
        const { 'content-encoding': encoding, vary } = message.headers;
        resolve({ encoding, vary, body: Buffer.concat(chunks) });
      });
    });
    sent.once('error', reject);
    sent.end();
  });
}
