import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';

const at = '2026-11-22T09:00:00.000Z';
const lease = { instanceId: 'here', bootId: 'boot', nowMs: 1_000, untilMs: 16_000 };

/** Says whose vectors serve from now on. */
export async function givenEmbedder(store: Store, id: string): Promise<void> {
  const embedder = { id, name: id, recipe: {} };
  await store.write.wantEmbedder({ embedder, isNewlySet: true, lacksVectors: false, jobId: newId(), at });
}

export async function givenCorpus(store: Store): Promise<string> {
  const id = newId();
  await store.write.createCorpus({ by: byServer, id, name: id, description: '', ownerUserId: null, at });
  return id;
}

/** A ready document whose passages are these words, each with its vector; gives its id and the row numbers of its passages. */
export async function givenPassages(
  store: Store,
  { corpusId, embedder, passages }: { corpusId: string; embedder: string; passages: readonly GivenPassage[] },
): Promise<{ documentId: string; rowids: number[] }> {
  const documentId = newId();
  const text = passages.map((each) => each.text).join('');
  const file = { title: '', filename: documentId, mediaType: 'text/plain', bytes: text.length, sha256: documentId };
  const row = { documentId, corpusId, ...file, fileKey: newId(), createdBy: null, jobId: newId(), priority: 0, at };
  await store.write.addDocument({ ...row, by: byServer });
  const hold = await store.write.claimJob({ kind: 'ingest', lease, goneInstances: [], maxAttempts: 3, at });
  if (!hold) throw new Error('no job');
  await store.write.startIngest({ hold, at });
  const read = { title: '', mediaType: 'text/plain', language: 'english' as const, text, pages: [], headings: [] };
  await store.write.storeDocumentText({ hold, ...read, at });
  let start = 0;
  const places = passages.map((each, ordinal) => {
    const place = { start, end: start + each.text.length };
    start = place.end;
    return { passageId: newId(), ordinal, ...place, page: null, headingPath: [], text: each.text };
  });
  await store.write.storePassages({ hold, passages: places, total: places.length, last: true, at });
  const found = await store.scan.passagesToEmbed({
    documentId,
    version: 1,
    embedder,
    afterOrdinal: -1,
    limit: places.length,
  });
  const vectors = found.map(({ rowid, passage_id }, i) => ({
    rowid,
    passageId: passage_id,
    vector: passages[i]?.vector ?? new Float32Array(),
  }));
  await store.write.storePassageVectors({ hold, embedder, vectors, progress: 1, at });
  await store.write.finishDocument({ hold, at });
  return { documentId, rowids: found.map(({ rowid }) => rowid) };
}

export type GivenPassage = { text: string; vector: Float32Array };
