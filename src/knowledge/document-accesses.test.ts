import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { systemClock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import { createCorpus } from './corpora.ts';
import { listCorpusAccesses, listDocumentAccesses } from './document-accesses.ts';
import { deleteDocument, getDocumentText, openOriginal } from './documents.ts';
import { replaceOriginal } from './replace-original.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from './testing/given-knowledge.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge;
let curator: Actor;
let corpusId: string;
let documentId: string;
/** How far the clock that is asked is ahead of the true one. */
let aheadMs: number;
const minuteMs = 60_000;

beforeEach(async () => {
  aheadMs = 0;
  const nowMs = () => systemClock.nowMs() + aheadMs;
  given = await givenKnowledge({ clock: { ...systemClock, nowMs, now: () => new Date(nowMs()).toISOString() } });
  curator = await given.user('curator');
  ({ id: corpusId } = await createCorpus(given.knowledge, curator, { name: 'Lamps' }));
  documentId = await upload('lamps.md');
});
afterEach(() => {
  vi.restoreAllMocks();
  return given.close();
});

async function upload(filename: string): Promise<string> {
  const body = bodyOf(`# Lamps\n\nThe lamps of ${filename} are lit at dusk.\n`);
  const uploaded = await uploadDocument(given.knowledge, curator, { corpusId, filename, body });
  await given.knowledge.idle();
  return uploaded.documentId;
}

async function read(actor: Actor, id = documentId): Promise<void> {
  await getDocumentText(given.knowledge, actor, id);
}

async function download(actor: Actor): Promise<void> {
  await (await openOriginal(given.knowledge, actor, documentId)).stream.cancel();
}

/** The same person with one of their API keys. */
async function withKey(actor: Actor): Promise<Actor> {
  const id = newId();
  const scopes = ['knowledge:read'] as const;
  await given.store.write.createApiKey({
    at: systemClock.now(),
    by: { userId: actor.userId },
    keyId: id,
    keyHash: id,
    hint: 'pdk_',
    userId: actor.userId,
    name: 'Sync',
    scopes,
    expiresAt: '2099-01-01T00:00:00.000Z',
    maxKeys: 9,
  });
  return { ...actor, tokenId: '', apiKey: { id, scopes } };
}

const openings = async () => {
  const { accesses } = await listDocumentAccesses(given.knowledge, curator, documentId, {});
  return accesses.map(({ username, what, by_api_key }) => `${username} ${what}${by_api_key ? ' by key' : ''}`);
};

test('text and original are one opening each within ten minutes, a person’s own apart from those of their keys', async () => {
  const reader = await given.user('member');
  const [one, other] = [await withKey(reader), await withKey(reader)];
  expect(await openings()).toEqual([]);
  for (let n = 0; n < 3; n++) {
    await read(reader);
    await download(reader);
  }
  for (const key of [one, other, one]) await read(key);
  const name = reader.username;
  expect(await openings()).toEqual([`${name} text by key`, `${name} original`, `${name} text`]);
  aheadMs = 9 * minuteMs;
  await read(reader);
  expect(await openings()).toHaveLength(3);
  aheadMs = 11 * minuteMs;
  await read(reader);
  await read(curator);
  expect(await openings()).toEqual([
    `${curator.username} text`,
    `${name} text`,
    `${name} text by key`,
    `${name} original`,
    `${name} text`,
  ]);
});

test('many at once are one opening', async () => {
  const reader = await given.user('member');
  await Promise.all(Array.from({ length: 8 }, () => read(reader)));
  expect(await openings()).toEqual([`${reader.username} text`]);
});

test('nothing leaves of what could not be put on record', async () => {
  const reader = await given.user('member');
  vi.spyOn(given.store.write, 'noteDocumentAccess').mockRejectedValue(new AppError('store_unavailable'));
  const files = vi.spyOn(given.knowledge.files, 'read');
  await expect(read(reader)).rejects.toMatchObject({ code: 'store_unavailable' });
  await expect(download(reader)).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(files).not.toHaveBeenCalled();
  expect(given.count('select count(*) from document_access_log')).toBe(0);
});

test('a corpus’s openings come page by page, newest first, those of deleted documents too', async () => {
  const second = await upload('second.md');
  const readers = [await given.user('member'), await given.user('member')];
  for (const reader of readers) for (const id of [documentId, second]) await read(reader, id);
  await deleteDocument(given.knowledge, curator, second);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listCorpusAccesses(given.knowledge, curator, corpusId, { limit: 3, cursor });
    seen.push(...page.accesses.map((access) => `${access.username} ${access.document_id}`));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  const expected = readers.flatMap(({ username }) => [`${username} ${documentId}`, `${username} ${second}`]);
  expect(seen).toEqual(expected.toReversed());
  for (const wrong of ['x', 'WzEuNSwiIl0', 'WyJhIiwiIl0']) {
    const asked = listCorpusAccesses(given.knowledge, curator, corpusId, { cursor: wrong });
    await expect(asked).rejects.toMatchObject({ code: 'bad_request' });
  }
});

test('only who may curate the corpus is told', async () => {
  const [reader, other] = [await given.user('member'), await given.user('curator')];
  for (const actor of [reader, other]) {
    const asked = [
      listDocumentAccesses(given.knowledge, actor, documentId, {}),
      listCorpusAccesses(given.knowledge, actor, corpusId, {}),
    ];
    for (const each of asked) await expect(each).rejects.toMatchObject({ code: 'forbidden' });
  }
});

test('the version that was opened is on record, each once', async () => {
  const reader = await given.user('member');
  await read(reader);
  await download(reader);
  const body = bodyOf('# Lamps\n\nThey are green.\n');
  await replaceOriginal(given.knowledge, curator, { documentId, filename: 'green.md', body });
  await given.knowledge.idle();
  for (let n = 0; n < 2; n++) {
    await download(reader);
    await (await openOriginal(given.knowledge, reader, documentId, 1)).stream.cancel();
    await getDocumentText(given.knowledge, reader, documentId, 2);
  }
  const { accesses } = await listDocumentAccesses(given.knowledge, curator, documentId, {});
  expect(accesses.map(({ what, version }) => `${what} ${version}`)).toEqual([
    'text 2',
    'original 2',
    'original 1',
    'text 1',
  ]);
});
