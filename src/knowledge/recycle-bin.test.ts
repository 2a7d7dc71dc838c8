import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { systemClock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { fakePresence } from '../store/conformance/fake-presence.ts';
import { openFolderFiles } from '../store/files/folder-files.ts';
import { createCorpus, deleteCorpus, getCorpus } from './corpora.ts';
import { deleteDocument, getDocument, getDocumentText, listDocuments, openOriginal } from './documents.ts';
import {
  listCorporaInBin,
  listDocumentsInBin,
  purgeCorpus,
  purgeDocument,
  restoreCorpus,
  restoreDocument,
} from './recycle-bin.ts';
import { searchKnowledge } from './search.ts';
import { bodyOf, givenKnowledge, type GivenKnowledge } from './testing/given-knowledge.ts';
import { refusal } from './testing/refusal.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge;
let curator: Actor;
let member: Actor;
let corpusId: string;

beforeEach(async () => {
  given = await givenKnowledge();
  curator = await given.user('curator');
  member = await given.user('member');
  corpusId = (await createCorpus(given.knowledge, curator, { name: 'Animals' })).id;
});
afterEach(() => given.close());

async function upload(filename: string, text: string): Promise<string> {
  const input = { corpusId, filename, body: bodyOf(text) };
  const { documentId } = await uploadDocument(given.knowledge, curator, input);
  await given.knowledge.idle();
  return documentId;
}

async function found(query: string, actor = curator): Promise<string[]> {
  const answer = await searchKnowledge(given.knowledge, actor, { query }, AbortSignal.timeout(10_000));
  return answer.passages.map(({ document_id }) => document_id);
}

const quaggas = '# Quaggas\n\nThe quagga was striped in front.';

describe('a document', () => {
  test('in the bin is found, counted and opened by nobody, and comes back as it was, embedded once', async () => {
    const okapi = await upload('okapi.md', '# Okapis\n\nThe okapi is shy.');
    const quagga = await upload('quagga.md', quaggas);
    const before = await getCorpus(given.knowledge, curator, corpusId);
    const vectors = given.count('select count(*) from passage_vectors');
    expect(vectors).toBe(before.passages);
    await deleteDocument(given.knowledge, curator, quagga);
    await given.knowledge.idle();

    expect(await found('quagga')).not.toContain(quagga);
    const without = await getCorpus(given.knowledge, curator, corpusId);
    expect([without.documents, before.bytes - without.bytes]).toEqual([1, Buffer.byteLength(quaggas)]);
    const { documents } = await listDocuments(given.knowledge, curator, corpusId, {});
    expect(documents.map(({ document_id }) => document_id)).toEqual([okapi]);
    for (const open of [getDocument, getDocumentText, openOriginal]) {
      expect(await refusal(open(given.knowledge, curator, quagga))).toBe('gone');
    }
    const bin = await listDocumentsInBin(given.knowledge, curator, corpusId, {});
    expect(bin.documents).toMatchObject([
      { document_id: quagga, title: 'Quaggas', filename: 'quagga.md', deleted_by: expect.any(String) as string },
    ]);
    const [row] = bin.documents;
    expect(Date.parse(row?.kept_until ?? '') - Date.parse(row?.deleted_at ?? '')).toBe(30 * 86_400_000);

    expect(await restoreDocument(given.knowledge, curator, quagga)).toBe('ready');
    expect(await found('quagga')).toContain(quagga);
    const after = await getCorpus(given.knowledge, curator, corpusId);
    expect([after.documents, after.passages, after.bytes]).toEqual([before.documents, before.passages, before.bytes]);
    expect(given.count('select count(*) from passage_vectors')).toBe(vectors);
    expect(given.count('select count(*) from jobs')).toBe(2);
    expect((await listDocumentsInBin(given.knowledge, curator, corpusId, {})).documents).toEqual([]);
    expect(await restoreDocument(given.knowledge, curator, quagga)).toBe('ready');
  });

  test('whose reading its deletion cut off is read on when it comes back', async () => {
    await given.knowledge.close();
    const input = { corpusId, filename: 'quagga.md', body: bodyOf(quaggas) };
    const { documentId } = await uploadDocument(given.knowledge, curator, input);
    await deleteDocument(given.knowledge, curator, documentId);
    const knowledge = await given.another();
    await knowledge.idle();
    expect(given.count(`select count(*) from jobs where state in ('queued', 'running')`)).toBe(0);
    expect(await restoreDocument(given.knowledge, curator, documentId)).toBe('queued');
    await knowledge.idle();
    expect((await getDocument(given.knowledge, curator, documentId)).state).toBe('ready');
    expect(await found('quagga')).toContain(documentId);
  });

  test('that was added again meanwhile stays in the bin, and the refusal names the other', async () => {
    const old = await upload('quagga.md', quaggas);
    await deleteDocument(given.knowledge, curator, old);
    const anew = await upload('copy.md', quaggas);
    expect(anew).not.toBe(old);
    await expect(restoreDocument(given.knowledge, curator, old)).rejects.toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('“Quaggas”') as string,
    });
    await deleteDocument(given.knowledge, curator, anew);
    expect(await restoreDocument(given.knowledge, curator, old)).toBe('ready');
  });

  test('is purged only out of the bin, and then its title is all that stays', async () => {
    const quagga = await upload('quagga.md', quaggas);
    expect(await refusal(purgeDocument(given.knowledge, curator, quagga))).toBe('conflict');
    await deleteDocument(given.knowledge, curator, quagga);
    expect(await readdir(join(given.dataDir, 'files'))).toHaveLength(1);
    await purgeDocument(given.knowledge, curator, quagga);
    await given.knowledge.idle();
    expect(await readdir(join(given.dataDir, 'files'))).toEqual([]);
    for (const table of ['passages', 'passage_vectors', 'document_texts']) {
      expect(given.count(`select count(*) from ${table}`), table).toBe(0);
    }
    expect(await refusal(restoreDocument(given.knowledge, curator, quagga))).toBe('gone');
    await expect(getDocument(given.knowledge, curator, quagga)).rejects.toMatchObject({
      code: 'gone',
      members: { document_title: 'Quaggas' },
    });
    await purgeDocument(given.knowledge, curator, quagga);
  });

  test('in the bin is for those who may curate its corpus', async () => {
    const quagga = await upload('quagga.md', quaggas);
    await deleteDocument(given.knowledge, curator, quagga);
    expect(await refusal(listDocumentsInBin(given.knowledge, member, corpusId, {}))).toBe('forbidden');
    expect(await refusal(restoreDocument(given.knowledge, member, quagga))).toBe('forbidden');
    expect(await refusal(purgeDocument(given.knowledge, member, quagga))).toBe('forbidden');
    expect(await refusal(restoreDocument(given.knowledge, curator, 'nothing'))).toBe('not_found');
    expect(await refusal(purgeDocument(given.knowledge, curator, 'nothing'))).toBe('not_found');
  });

  test('is listed page by page, and a cursor that is none is refused', async () => {
    const all: string[] = [];
    for (let n = 0; n < 5; n++) {
      const id = await upload(`${n}.md`, `# Number ${n}\n\nThe quagga has ${n} stripes.`);
      await deleteDocument(given.knowledge, curator, id);
      all.unshift(id);
    }
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await listDocumentsInBin(given.knowledge, curator, corpusId, { limit: 2, cursor });
      seen.push(...page.documents.map(({ document_id }) => document_id));
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    expect(seen.toSorted()).toEqual(all.toSorted());
    expect(await refusal(listDocumentsInBin(given.knowledge, curator, corpusId, { cursor: '%' }))).toBe('bad_request');
  });
});

describe('a corpus', () => {
  test('in the bin is reached by nobody, and comes back with its documents and grants', async () => {
    const quagga = await upload('quagga.md', quaggas);
    const grants = given.count('select count(*) from grants');
    expect(await found('quagga', member)).toContain(quagga);
    await deleteCorpus(given.knowledge, curator, corpusId);
    await given.knowledge.idle();

    expect(await found('quagga')).toEqual([]);
    for (const read of [
      getCorpus(given.knowledge, curator, corpusId),
      listDocuments(given.knowledge, curator, corpusId, {}),
      listDocumentsInBin(given.knowledge, curator, corpusId, {}),
      restoreDocument(given.knowledge, curator, quagga),
    ]) {
      expect(await refusal(read)).toBe('not_found');
    }
    // A citation of it still tells what it was, to whoever could read it.
    for (const open of [getDocument, getDocumentText, openOriginal]) {
      await expect(open(given.knowledge, member, quagga)).rejects.toMatchObject({
        code: 'gone',
        detail: '“Quaggas” was deleted with its corpus.',
        members: { document_title: 'Quaggas' },
      });
    }
    given.change('delete from grants');
    expect(await refusal(getDocument(given.knowledge, member, quagga))).toBe('not_found');
    given.change(
      `insert into grants select id, 'corpus', '${corpusId}', 'read', '' from groups where name_key = 'everyone'`,
    );
    expect(await listCorporaInBin(given.knowledge, curator)).toMatchObject([
      { id: corpusId, name: 'Animals', documents: 1, deleted_by: expect.any(String) as string },
    ]);
    expect(await listCorporaInBin(given.knowledge, member)).toEqual([]);
    expect(await refusal(restoreCorpus(given.knowledge, member, corpusId, {}))).toBe('forbidden');
    expect(await refusal(purgeCorpus(given.knowledge, member, corpusId))).toBe('forbidden');

    expect(await restoreCorpus(given.knowledge, curator, corpusId, {})).toMatchObject({
      name: 'Animals',
      documents: 1,
    });
    expect(await found('quagga', member)).toContain(quagga);
    expect(given.count('select count(*) from grants')).toBe(grants);
    expect(await listCorporaInBin(given.knowledge, curator)).toEqual([]);
    expect(await refusal(restoreCorpus(given.knowledge, curator, corpusId, {}))).toBe('not_found');
    expect(await refusal(purgeCorpus(given.knowledge, curator, corpusId))).toBe('not_found');
  });

  test('whose name was taken meanwhile comes back under another', async () => {
    await deleteCorpus(given.knowledge, curator, corpusId);
    await createCorpus(given.knowledge, curator, { name: 'ANIMALS' });
    expect(await refusal(restoreCorpus(given.knowledge, curator, corpusId, {}))).toBe('name_taken');
    expect(await restoreCorpus(given.knowledge, curator, corpusId, { name: 'Old animals' })).toMatchObject({
      id: corpusId,
      name: 'Old animals',
    });
  });

  test('whose documents were being read when it was deleted has them read on', async () => {
    await given.knowledge.close();
    const input = { corpusId, filename: 'quagga.md', body: bodyOf(quaggas) };
    const { documentId } = await uploadDocument(given.knowledge, curator, input);
    await deleteCorpus(given.knowledge, curator, corpusId);
    const knowledge = await given.another();
    await knowledge.idle();
    await restoreCorpus(given.knowledge, curator, corpusId, {});
    await knowledge.idle();
    expect((await getDocument(given.knowledge, curator, documentId)).state).toBe('ready');
    expect(await found('quagga')).toContain(documentId);
  });

  test('is purged with what lay in its own bin', async () => {
    await upload('okapi.md', '# Okapis\n\nThe okapi is shy.');
    await deleteDocument(given.knowledge, curator, await upload('quagga.md', quaggas));
    await deleteCorpus(given.knowledge, curator, corpusId);
    await purgeCorpus(given.knowledge, curator, corpusId);
    await given.knowledge.idle();
    for (const table of ['passages', 'passage_vectors', 'document_texts', 'grants']) {
      expect(given.count(`select count(*) from ${table}`), table).toBe(0);
    }
    expect(await readdir(join(given.dataDir, 'files'))).toEqual([]);
  });
});

test('what lay in the bin for its time goes, and nothing that was deleted later', async () => {
  const old = await upload('okapi.md', '# Okapis\n\nThe okapi is shy.');
  await deleteDocument(given.knowledge, curator, old);
  const gone = await createCorpus(given.knowledge, curator, { name: 'Plants' });
  await deleteCorpus(given.knowledge, curator, gone.id);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const deletedBefore = systemClock.now();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const quagga = await upload('quagga.md', quaggas);
  await deleteDocument(given.knowledge, curator, quagga);
  const empty = () => given.store.write.emptyKnowledgeBin({ deletedBefore, max: 10, at: systemClock.now() });
  expect(await empty()).toMatchObject({ purged: 2, removed: [{ documentId: old }] });
  expect(await empty()).toEqual({ purged: 0, removed: [] });
  expect(await refusal(restoreDocument(given.knowledge, curator, old))).toBe('gone');
  expect(await listCorporaInBin(given.knowledge, curator)).toEqual([]);
  expect(await restoreDocument(given.knowledge, curator, quagga)).toBe('ready');
});

test('a document is deleted for good though its original cannot be removed at the moment, and the sweep removes that', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-files-'));
  const files = openFolderFiles(folder, { clock: systemClock, presence: fakePresence() });
  let isAway = false;
  const remove = (fileKey: string) =>
    isAway ? Promise.reject(new AppError('store_unavailable')) : files.remove(fileKey);
  const failing = await givenKnowledge({ files: { ...files, remove } });
  const curator = await failing.user('curator');
  const corpus = await createCorpus(failing.knowledge, curator, { name: 'Kettles' });
  const input = { corpusId: corpus.id, filename: 'old.md', body: bodyOf('# Old\n\nScrapped.') };
  const { documentId } = await uploadDocument(failing.knowledge, curator, input);
  await failing.knowledge.idle();
  await deleteDocument(failing.knowledge, curator, documentId);
  isAway = true;
  await purgeDocument(failing.knowledge, curator, documentId);
  await failing.knowledge.idle();
  expect(failing.count('select count(*) from documents where purged_at is not null')).toBe(1);
  const anHourAgo = new Date(systemClock.nowMs() - 3_600_000);
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), anHourAgo, anHourAgo);
  expect(readdirSync(folder)).toHaveLength(1);
  expect(await files.sweep((fileKeys) => failing.store.scan.fileKeysInUse({ fileKeys }))).toBe(1);
  await failing.close();
  rmSync(folder, { recursive: true });
});
