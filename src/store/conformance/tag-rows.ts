import { expect } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';
import type { Row } from './row.ts';

const change = { at: systemClock.now(), by: byServer };

/** Documents of somebody’s corpus. */
async function givenDocuments({ write }: Store, userId: string): Promise<{ corpusId: string; ids: [string, string] }> {
  const corpusId = newId();
  const ids: [string, string] = [newId(), newId()];
  await write.createCorpus({ ...change, id: corpusId, name: corpusId, description: '', ownerUserId: userId });
  for (const id of ids) {
    await write.addDocument({
      ...change,
      documentId: id,
      corpusId,
      title: id,
      filename: `${id}.md`,
      mediaType: 'text/markdown',
      bytes: 1,
      sha256: id,
      fileKey: id,
      createdBy: null,
      jobId: id,
      priority: 0,
    });
  }
  return { corpusId, ids };
}

export const tagRows: readonly Row[] = [
  {
    title: 'tags come in alphabetical order however they are written, and are counted by corpus',
    async run({ given }) {
      const { store } = given;
      const userId = await given.user();
      const { corpusId, ids } = await givenDocuments(store, userId);
      await store.write.tagDocuments({
        ...change,
        corpusId,
        documentIds: ids,
        change: { add: ['b', 'A'], remove: [] },
      });
      await store.write.tagDocuments({ ...change, corpusId, documentIds: [ids[1]], change: { set: ['a', 'É'] } });
      const tags = await store.read.tagsOfDocuments({ userId, documentIds: ids });
      expect(tags.filter((each) => each.document_id === ids[0]).map(({ tag }) => tag)).toEqual(['A', 'b']);
      expect(tags.filter((each) => each.document_id === ids[1]).map(({ tag }) => tag)).toEqual(['A', 'É']);
      expect(await store.scan.tagsOfCorpora({ corpusIds: [corpusId] })).toEqual([
        { corpus_id: corpusId, tag: 'A', documents: 2 },
        { corpus_id: corpusId, tag: 'b', documents: 1 },
        { corpus_id: corpusId, tag: 'É', documents: 1 },
      ]);
    },
  },
  {
    title: 'documents of which one may not be tagged are not tagged',
    async run({ given }) {
      const { store } = given;
      const userId = await given.user();
      const [{ corpusId, ids }, other] = [await givenDocuments(store, userId), await givenDocuments(store, userId)];
      const mixed = { ...change, corpusId, documentIds: [ids[0], other.ids[0]], change: { set: ['never'] } };
      await expect(store.write.tagDocuments(mixed)).rejects.toMatchObject({ code: 'bad_request' });
      expect(await store.read.tagsOfDocuments({ userId, documentIds: [...ids, ...other.ids] })).toEqual([]);
    },
  },
];
