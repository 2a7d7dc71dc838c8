import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { TestSite } from '../../http/testing/test-site.ts';
import { createCorpus, getCorpus, updateCorpus } from '../corpora.ts';
import { cancelDocument, getDocument, getDocumentText, openOriginal } from '../documents.ts';
import { replaceOriginal } from '../replace-original.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from '../testing/given-knowledge.ts';
import { makeZip } from '../testing/make-zip.ts';
import { uploadDocument } from '../upload-document.ts';
import { addFromAddress } from './add-from-address.ts';
import { fetchAgain } from './fetch-again.ts';

let site: TestSite;
let given: GivenKnowledge;
let curator: Actor;
let corpusId: string;
let documentId: string;

const put = (body: string | Uint8Array, type = 'text/markdown') => site.put('/tides.md', { type, body });
const flood = '# Tides\n\nThe flood comes.';
const ebb = '# Tides\n\nThe ebb goes out again.';

beforeEach(async () => {
  site = await TestSite.start();
  const [, port] = site.host.split(':');
  given = await givenKnowledge({
    fetchPorts: {
      resolve: () => Promise.resolve(['127.0.0.1']),
      isAllowed: () => true,
      ports: new Set([Number(port)]),
    },
  });
  curator = await given.user('curator');
  ({ id: corpusId } = await createCorpus(given.knowledge, curator, { name: 'Pages' }));
  ({ documentId } = await addFromAddress(given.knowledge, curator, { corpusId, url: put(flood) }));
  await given.knowledge.idle();
  expect(await look()).toMatchObject({ state: 'ready', version: 1 });
});
afterEach(async () => {
  await given.close();
  await site.close();
});

const look = () => getDocument(given.knowledge, curator, documentId);
const files = () => readdir(join(given.dataDir, 'files'));
async function again(): Promise<number> {
  const version = await fetchAgain(given.knowledge, curator, documentId);
  await given.knowledge.idle();
  return version;
}
async function originalText(version?: number): Promise<string> {
  return new Response((await openOriginal(given.knowledge, curator, documentId, version)).stream).text();
}

test('a page that is the same is said to be unchanged, since when it was so first', async () => {
  const first = (await look()).origin?.fetched_at ?? '';
  const before = await files();
  expect(await again()).toBe(2);
  const second = await look();
  expect(second).toMatchObject({ version: 1, origin: { unchanged_since: first } });
  expect(second.next).toBeUndefined();
  expect((second.origin?.fetched_at ?? '') > first).toBe(true);
  await again();
  expect((await look()).origin?.unchanged_since).toBe(first);
  expect(await files()).toEqual(before);
  expect(given.count('select count(*) from document_versions')).toBe(0);
});

test('a page that changed is the next version, with the page before as the old one', async () => {
  await again();
  put(ebb);
  await again();
  const now = await look();
  expect(now).toMatchObject({ version: 2, bytes: ebb.length, state: 'ready' });
  expect(now.origin?.unchanged_since).toBeUndefined();
  expect([await originalText(), await originalText(1)]).toEqual([ebb, flood]);
  expect((await getDocumentText(given.knowledge, curator, documentId)).text).toContain('ebb');
});

test('while it is fetched the page before is searched; asking again changes nothing; cancelling ends it', async () => {
  site.put('/tides.md', () => undefined);
  expect(await fetchAgain(given.knowledge, curator, documentId)).toBe(2);
  expect(await fetchAgain(given.knowledge, curator, documentId)).toBe(2);
  expect(given.count(`select count(*) from jobs where kind = 'fetch' and state in ('queued', 'running')`)).toBe(1);
  const now = await look();
  expect(now).toMatchObject({ state: 'ready', version: 1, next: { version: 2 } });
  expect(now.origin?.fetched_at).toBeDefined();
  expect(await originalText()).toBe(flood);
  await cancelDocument(given.knowledge, curator, documentId);
  expect(await look()).toMatchObject({ version: 1, next: { state: 'failed', error: { code: 'cancelled' } } });
});

test('a page that is gone, an archive and what another document holds leave the page before, with a notice', async () => {
  const body = bodyOf(ebb);
  await uploadDocument(given.knowledge, curator, { corpusId, filename: 'ebb.md', body });
  await given.knowledge.idle();
  const before = await files();
  const failure = async () => {
    await again();
    expect(await look()).toMatchObject({ state: 'ready', version: 1 });
    expect(await originalText()).toBe(flood);
    return (await look()).next?.error?.code;
  };
  put(ebb);
  expect(await failure()).toBe('already_here');
  put(makeZip([{ name: 'a.md', content: 'A' }]), 'application/zip');
  expect(await failure()).toBe('archive');
  site.put('/tides.md', (_request, response) => response.writeHead(404).end());
  expect(await failure()).toBe('not_there');
  expect(await files()).toEqual(before);
  put(flood);
  await again();
  expect((await look()).next).toBeUndefined();
});

test('passages of a version that failed do not outlive a page that is found to be the same', async () => {
  put(ebb);
  given.change(`insert into document_versions (document_id, version, state, progress, error_code, title, media_type, language, notices,
    page_count, passage_count, created_at, updated_at) select id, 2, 'failed', 0, 'broken', title, media_type, language, '[]', 0, 1, '2', '2'
    from documents; insert into passages select null, 'left', corpus_id, document_id, 2, 0, 0, 1, null, '[]', '', 'x' from passages`);
  put(flood);
  await again();
  expect((await look()).origin?.unchanged_since).toBeDefined();
  expect(given.count('select count(*) from passages where version = 2')).toBe(0);
});

test('a page that got another original by hand comes from no address any more; a file never did', async () => {
  await replaceOriginal(given.knowledge, curator, { documentId, filename: 'ebb.md', body: bodyOf(ebb) });
  await given.knowledge.idle();
  expect((await look()).origin).toBeUndefined();
  await expect(again()).rejects.toMatchObject({ code: 'conflict', detail: expect.stringContaining('web address') });
});

test('an archived corpus has nothing fetched again; its size follows what is fetched', async () => {
  put(ebb);
  await again();
  expect((await getCorpus(given.knowledge, curator, corpusId)).bytes).toBe(ebb.length);
  await updateCorpus(given.knowledge, curator, corpusId, { archived: true });
  await expect(again()).rejects.toMatchObject({ code: 'corpus_archived' });
});

test('who may not curate has nothing fetched', async () => {
  const member = await given.user('member');
  const asked = [...site.asked];
  await expect(fetchAgain(given.knowledge, member, documentId)).rejects.toMatchObject({ code: 'forbidden' });
  await given.knowledge.idle();
  expect(site.asked).toEqual(asked);
});
