import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import type { Document } from '../../contract/documents.ts';
import type { FetchPorts } from '../../http/fetch-public.ts';
import { isPublicAddress } from '../../http/public-address.ts';
import { insideUrls } from '../../http/testing/inside-urls.ts';
import { TestSite } from '../../http/testing/test-site.ts';
import { createCorpus, deleteCorpus, getCorpus } from '../corpora.ts';
import { purgeCorpus } from '../recycle-bin.ts';
import {
  cancelDocument,
  deleteDocument,
  getDocument,
  getDocumentText,
  openOriginal,
  retryDocument,
} from '../documents.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from '../testing/given-knowledge.ts';
import { uploadDocument } from '../upload-document.ts';
import { addFromAddress } from './add-from-address.ts';

/** The site listens on an address that is public here; a canary on another one of this machine, which is not, and must never be asked. */
const outside = '127.0.0.1';
const inside = '127.0.0.2';
let site: TestSite;
let port: number;
let canaries = 0;
const canary = createServer((_request, response) => response.end('inside'));
canary.on('connection', () => (canaries += 1));
let given: GivenKnowledge;
let curator: Actor;
let corpusId: string;

/** Any name that begins with `site` leads to the site, every other to the canary. */
const namesHere: FetchPorts['resolve'] = (hostname) =>
  Promise.resolve(/^(?:site|xn--sit-)/.test(hostname) ? [outside] : [inside]);

async function begin(options: { resolve?: FetchPorts['resolve']; maxDocumentBytes?: number } = {}): Promise<void> {
  const { resolve = namesHere, ...rest } = options;
  given = await givenKnowledge({
    fetchPorts: {
      resolve,
      isAllowed: ({ address }) => address === outside || isPublicAddress(address),
      ports: new Set([port]),
    },
    ...rest,
  });
  curator = await given.user('curator');
  ({ id: corpusId } = await createCorpus(given.knowledge, curator, { name: 'Pages' }));
}

beforeEach(async () => {
  site = await TestSite.start();
  port = Number(site.host.split(':')[1]);
  canaries = 0;
  await new Promise<void>((resolve) => canary.listen(port, inside, resolve));
});
afterEach(async () => {
  await given.close();
  await site.close();
  canary.closeAllConnections();
  await new Promise((resolve) => canary.close(resolve));
});

/** A machine that others load too is slow. */
const until = (condition: () => boolean | Promise<boolean>) => vi.waitUntil(condition, 30_000);
const at = (path: string, host = 'site.example') => `http://${host}:${port}${path}`;
const add = async (url: string) => (await addFromAddress(given.knowledge, curator, { corpusId, url })).documentId;
const look = (documentId: string) => getDocument(given.knowledge, curator, documentId);
async function added(url: string): Promise<Document> {
  const documentId = await add(url);
  await given.knowledge.idle();
  return look(documentId);
}
const page = (words: string) =>
  `<!doctype html><html><head><title>About ${words}</title></head><body><p>${words} are here.</p></body></html>`;

test('a page becomes a document: its title, its text, where it came from and when', async () => {
  await begin();
  site.put('/wiki/Okapi.v2', { body: page('Okapis') });
  const document = await added(`${at('/wiki/Okapi.v2')}#legs`);
  expect(document).toMatchObject({
    title: 'About Okapis',
    filename: 'Okapi.v2.html',
    media_type: 'text/html',
    state: 'ready',
    bytes: page('Okapis').length,
    origin: { address: at('/wiki/Okapi.v2'), final_address: at('/wiki/Okapi.v2') },
  });
  expect(document.origin?.fetched_at).toMatch(/^20\d\d-.*Z$/);
  expect((await getDocumentText(given.knowledge, curator, document.document_id)).text).toBe('Okapis are here.');
  expect(site.asked).toEqual(['/robots.txt', '/wiki/Okapi.v2']);
});

test('before it is there a document is called as its address, and has no original', async () => {
  await begin();
  site.put('/slow', () => undefined);
  const documentId = await add(at('/slow?x=1', 'sité.example'));
  await until(() => site.asked.includes('/slow?x=1'));
  const document = await look(documentId);
  expect(document.title).toBe(`xn--sit-dma.example:${port}/slow?x=1`);
  expect(document.origin).toEqual({ address: at('/slow?x=1', 'xn--sit-dma.example') });
  await expect(openOriginal(given.knowledge, curator, documentId)).rejects.toThrow('not been fetched yet');
  await cancelDocument(given.knowledge, curator, documentId);
});

test('where redirects end is kept, and each site on the way is asked what programs may read', async () => {
  await begin();
  site.put('/old', (_request, response) => response.writeHead(301, { location: at('/new', 'site2.example') }).end());
  site.put('/new', { body: page('Okapis') });
  const document = await added(at('/old'));
  expect(document.origin).toMatchObject({ address: at('/old'), final_address: at('/new', 'site2.example') });
  expect(site.asked).toEqual(['/robots.txt', '/old', '/robots.txt', '/new']);
});

test('what a site does not want read is not asked for, by a redirect neither', async () => {
  await begin();
  site.put('/robots.txt', { type: 'text/plain', body: 'User-agent: perdure\nDisallow: /private' });
  site.put('/private', { body: page('Secrets') });
  site.put('/open', (_request, response) => response.writeHead(302, { location: '/private' }).end());
  for (const path of ['/private', '/open']) {
    expect(await added(at(path))).toMatchObject({ state: 'failed', error: { code: 'refused_by_robots' } });
  }
  expect(site.asked).toEqual(['/robots.txt', '/open']);
});

test('a site that does not say what may be read is asked later', async () => {
  await begin();
  site.put('/robots.txt', (_request, response) => response.writeHead(503).end());
  site.put('/a', { body: page('Okapis') });
  const documentId = await add(at('/a'));
  await given.knowledge.idle();
  expect(given.count(`select count(*) from jobs where state = 'queued' and error = 'robots_unknown'`)).toBe(1);
  expect(await look(documentId)).toMatchObject({ state: 'parsing' });
  expect(site.asked).toEqual(['/robots.txt']);
});

test('nothing inside is asked, whatever address is given, and what is told does not depend on what is there', async () => {
  await begin();
  const urls = insideUrls(port).filter((url) => URL.parse(url)?.hostname !== outside);
  const told = new Set<string>();
  for (const url of urls) {
    const result = await add(url).catch((error: unknown) => error);
    if (result instanceof Error) told.add(result.message);
  }
  await given.knowledge.idle();
  expect(canaries).toBe(0);
  expect(given.count(`select count(*) from documents where state <> 'failed'`)).toBe(0);
  expect(given.count(`select count(*) from documents where error_code <> 'not_public'`)).toBe(0);
  expect(given.count('select count(*) from documents')).toBeGreaterThan(10);
  for (const text of told)
    expect(text).toMatch(/^(?:Give an address|An address may hold|Only the ports|That address leads)/);
  console.info(`web addresses: ${urls.length} that lead inside, ${canaries} connections`);
});

test('a name that leads inside the second time, and a redirect inside, are not followed', async () => {
  let asked = 0;
  await begin({ resolve: () => Promise.resolve([++asked === 1 ? outside : inside]) });
  site.put('/a', { body: page('Okapis') });
  expect(await added(at('/a'))).toMatchObject({ state: 'failed', error: { code: 'not_public' } });
  expect(site.asked).toEqual(['/robots.txt']);
  await given.close();

  await begin();
  site.put('/in', (_request, response) => response.writeHead(302, { location: at('/', 'router.example') }).end());
  expect(await added(at('/in'))).toMatchObject({ state: 'failed', error: { code: 'not_public' } });
  expect(canaries).toBe(0);
});

test('content decides what a page is, not its site nor its name', async () => {
  await begin();
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
  site.put('/picture', { type: 'text/html', body: png });
  site.put('/report.pdf', { type: 'text/html; charset=utf-8', body: page('Reports') });
  site.put('/notes.pdf', { type: 'application/octet-stream', body: '# Notes\n\nOkapis rest.' });
  site.put('/table', { type: 'text/csv', body: 'animal,legs\nokapi,4\n' });
  site.put('/read.md', { type: 'text/plain', body: '# Read\n\nOkapis read.' });
  expect(await added(at('/picture'))).toMatchObject({ state: 'failed', error: { code: 'unsupported_type' } });
  expect(await added(at('/report.pdf'))).toMatchObject({
    state: 'ready',
    filename: 'report.html',
    title: 'About Reports',
  });
  expect(await added(at('/notes.pdf'))).toMatchObject({
    state: 'ready',
    filename: 'notes',
    media_type: 'text/markdown',
  });
  expect(await added(at('/table'))).toMatchObject({ state: 'ready', filename: 'table.csv', media_type: 'text/csv' });
  expect(await added(at('/read.md'))).toMatchObject({
    state: 'ready',
    filename: 'read.md',
    media_type: 'text/markdown',
  });
});

test('what is too large, empty, not there or not for everybody fails in words, and leaves no file', async () => {
  await begin({ maxDocumentBytes: 1000 });
  site.put('/large', (_request, response) => {
    response.write('x'.repeat(900));
    response.end('y'.repeat(900));
  });
  site.put('/empty', { body: '' });
  site.put('/members', (_request, response) => response.writeHead(401).end());
  site.put('/odd', (_request, response) => response.writeHead(206).end('x'));
  const codes = await Promise.all(
    ['/large', '/empty', '/nowhere', '/members', '/odd'].map(async (path) => (await added(at(path))).error?.code),
  );
  expect(codes).toEqual(['too_large', 'empty', 'not_there', 'not_for_everybody', 'no_page']);
  expect(await filesLeft()).toBe(0);
});

/** Stored originals, whole or not, that no document names. */
async function filesLeft(): Promise<number> {
  const names = await readdir(`${given.dataDir}/files`).catch(() => []);
  return names.length - given.count(`select count(*) from documents where file_key <> '' and deleted_at is null`);
}

test('the same address again is the same document; the same content at another one is told', async () => {
  await begin();
  site.put('/a', { body: page('Okapis') });
  site.put('/b', { body: page('Okapis') });
  const first = await added(at('/a'));
  expect(await add(`${at('/a')}#there`)).toBe(first.document_id);
  const second = await added(at('/b'));
  expect(second).toMatchObject({ state: 'failed', error: { code: 'already_here' } });
  expect(second.error?.message).toContain('“About Okapis”');
  const body = bodyOf(page('Okapis'));
  const uploaded = await uploadDocument(given.knowledge, curator, { corpusId, filename: 'okapis.html', body });
  expect(uploaded).toMatchObject({ outcome: 'already_here', documentId: first.document_id });
  expect(await filesLeft()).toBe(0);
});

test('retrying fetches anew, also what was fetched and could not be read', async () => {
  await begin();
  const missing = await added(at('/later'));
  expect(missing.error?.code).toBe('not_there');
  site.put('/later', { body: '<!doctype html><html><body><script>draw()</script></body></html>' });
  await retryDocument(given.knowledge, curator, missing.document_id);
  await given.knowledge.idle();
  expect(await look(missing.document_id)).toMatchObject({ state: 'failed', error: { code: 'no_text' } });
  site.put('/later', { body: page('Okapis') });
  expect(await add(at('/later'))).toBe(missing.document_id);
  await given.knowledge.idle();
  const document = await look(missing.document_id);
  expect(document).toMatchObject({ state: 'ready', title: 'About Okapis' });
  expect(document.error).toBeUndefined();
  expect((await getCorpus(given.knowledge, curator, corpusId)).bytes).toBe(document.bytes);
  expect(await filesLeft()).toBe(0);
});

test('cancelling ends the request at once, and retrying makes another', async () => {
  await begin();
  let closed = 0;
  site.put('/slow', (_request, response) => void response.once('close', () => (closed += 1)));
  const documentId = await add(at('/slow'));
  await until(() => site.asked.includes('/slow'));
  await cancelDocument(given.knowledge, curator, documentId);
  await until(() => closed === 1);
  expect(await look(documentId)).toMatchObject({ state: 'failed', error: { code: 'cancelled' } });
  site.put('/slow', { body: page('Okapis') });
  await retryDocument(given.knowledge, curator, documentId);
  await given.knowledge.idle();
  expect(await look(documentId)).toMatchObject({ state: 'ready' });
});

test('a fetch whose owner was lost is made by another, and one document comes of it', async () => {
  await begin();
  const waiting: (() => void)[] = [];
  site.put('/slow', (_request, response) => void waiting.push(() => response.end(page('Okapis'))));
  const documentId = await add(at('/slow'));
  await until(() => waiting.length === 1);
  const other = await given.another({ fetchPorts: given.knowledge.fetchPorts });
  await until(() => waiting.length === 2);
  for (const answer of waiting.toReversed()) answer();
  // Whichever stored the page, either may read it.
  await until(async () => (await look(documentId)).state === 'ready');
  await other.idle();
  await given.knowledge.idle();
  expect(await look(documentId)).toMatchObject({ state: 'ready', passages: 1 });
  expect(given.count('select count(*) from documents')).toBe(1);
  expect(given.count('select count(*) from passages')).toBe(1);
  expect(await filesLeft()).toBe(0);
});

test('deleting a document, or its corpus, while it is fetched leaves nothing', async () => {
  await begin();
  site.put('/slow', () => undefined);
  site.put('/slow2', () => undefined);
  const documentId = await add(at('/slow'));
  await add(at('/slow2'));
  await until(() => site.asked.includes('/slow') && site.asked.includes('/slow2'));
  await deleteDocument(given.knowledge, curator, documentId);
  await deleteCorpus(given.knowledge, curator, corpusId);
  await given.knowledge.idle();
  expect(given.count(`select count(*) from jobs where state in ('queued', 'running')`)).toBe(0);
  await purgeCorpus(given.knowledge, curator, corpusId);
  await given.knowledge.idle();
  expect(given.count('select count(*) from documents where purged_at is null')).toBe(0);
  expect(await filesLeft()).toBe(0);
});

test('who may not curate adds nothing', async () => {
  await begin();
  const member = await given.user('member');
  const asked = addFromAddress(given.knowledge, member, { corpusId, url: at('/a') });
  await expect(asked).rejects.toThrow('role does not allow');
  expect(site.asked).toEqual([]);
});
