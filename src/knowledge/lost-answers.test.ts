import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { AppError } from '../errors.ts';
import { TestSite } from '../http/testing/test-site.ts';
import type { Store } from '../store/store.ts';
import { createCorpus } from './corpora.ts';
import { listDocuments, openOriginal } from './documents.ts';
import type { Knowledge } from './knowledge.ts';
import { replaceOriginal } from './replace-original.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from './testing/given-knowledge.ts';
import { makeZip } from './testing/make-zip.ts';
import { uploadDocument } from './upload-document.ts';
import { addFromAddress } from './web-pages/add-from-address.ts';

let given: GivenKnowledge;
let curator: Actor;
let corpusId: string;
afterEach(() => given.close());

/** Knowledge over a store that commits a command, and whose caller is told that it cannot be used: once. */
async function givenLoss(command: keyof Store['write'], options: Parameters<typeof givenKnowledge>[0] = {}) {
  given = await givenKnowledge();
  await given.knowledge.close();
  curator = await given.user('curator');
  ({ id: corpusId } = await createCorpus(given.knowledge, curator, { name: 'Rules' }));
  let isLost = false;
  const commits = given.store.write[command] as (args: unknown) => Promise<unknown>;
  const losing = async (args: unknown) => {
    const answer = await commits(args);
    if (isLost) return answer;
    isLost = true;
    throw new AppError('store_unavailable', { retryAfterSeconds: 1 });
  };
  const write = { ...given.store.write, [command]: losing };
  return given.another({ ...options, store: { ...given.store, write } });
}

/** Every document is read, and its original is there. */
async function checkOriginals(knowledge: Knowledge, filenames: string[]): Promise<void> {
  await knowledge.idle();
  const { documents } = await listDocuments(knowledge, curator, corpusId, {});
  const children = documents.filter((document) => !document.filename.endsWith('.zip'));
  expect(children.map(({ filename, state }) => `${filename} ${state}`)).toEqual(
    filenames.map((each) => `${each} ready`),
  );
  for (const { document_id: id, bytes } of documents) {
    const { stream } = await openOriginal(knowledge, curator, id);
    expect((await new Response(stream).arrayBuffer()).byteLength).toBe(bytes);
  }
}

test('a file whose document was stored is kept, although the answer of the store was lost', async () => {
  const knowledge = await givenLoss('addDocument');
  const send = () =>
    uploadDocument(knowledge, curator, { corpusId, filename: 'a.md', body: bodyOf('# Boats\n\nOne.') });
  await expect(send()).rejects.toMatchObject({ code: 'store_unavailable' });
  await checkOriginals(knowledge, ['a.md']);
  expect((await send()).outcome).toBe('already_here');
  expect(await readdir(join(given.dataDir, 'files'))).toHaveLength(1);
});

test('so is another original of a document', async () => {
  const knowledge = await givenLoss('replaceOriginal');
  const first = { corpusId, filename: 'a.md', body: bodyOf('# Boats') };
  const { documentId } = await uploadDocument(knowledge, curator, first);
  await knowledge.idle();
  const send = () =>
    replaceOriginal(knowledge, curator, { documentId, filename: 'b.md', body: bodyOf('# Boats\n\nTwo.') });
  await expect(send()).rejects.toMatchObject({ code: 'store_unavailable' });
  await checkOriginals(knowledge, ['b.md']);
  expect(await send()).toEqual({ version: 2, isSame: true });
  expect(await readdir(join(given.dataDir, 'files'))).toHaveLength(2);
});

test('so is a file of an archive', async () => {
  const knowledge = await givenLoss('addFromArchive');
  const body = bodyOf(makeZip([{ name: 'a.md', content: '# Boats\n\nOne.' }]));
  await uploadDocument(knowledge, curator, { corpusId, filename: 'rules.zip', body });
  await checkOriginals(knowledge, ['a.md']);
});

test('so is a page that was fetched', async () => {
  await using site = await TestSite.start();
  const url = site.put('/boats.md', { type: 'text/markdown', body: '# Boats\n\nOne.' });
  const [, port] = site.host.split(':');
  const fetchPorts = {
    resolve: () => Promise.resolve(['127.0.0.1']),
    isAllowed: () => true,
    ports: new Set([Number(port)]),
  };
  const knowledge = await givenLoss('storeFetched', { fetchPorts });
  await addFromAddress(knowledge, curator, { corpusId, url });
  await checkOriginals(knowledge, ['boats.md']);
});
