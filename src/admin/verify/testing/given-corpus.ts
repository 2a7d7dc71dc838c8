import { byServer } from '../../../contract/audit.ts';
import type { Citation } from '../../../contract/events.ts';
import { newId } from '../../../ids.ts';
import type { JobHold } from '../../../store/commands/jobs.ts';
import type { PassageRow } from '../../../store/commands/knowledge-index.ts';
import type { Store } from '../../../store/store.ts';

const at = '2026-11-22T09:00:00.000Z';
const sentences = ['Okapis eat leaves.', ' They live in Congo.', ' They are shy.'];
const text = sentences.join('');

/** A corpus with a searchable document, one in the recycle bin and a purged one that is not swept yet; gives a citation of the first. */
export async function givenCorpus(store: Store, userId: string): Promise<{ corpusId: string; citation: Citation }> {
  const corpusId = newId();
  await store.write.createCorpus({
    by: byServer,
    id: corpusId,
    name: 'Animals',
    description: '',
    ownerUserId: userId,
    at,
  });
  const kept = await givenDocument(store, corpusId, 'okapi.md');
  const removed = await givenDocument(store, corpusId, 'old.md');
  await store.write.deleteDocument({ by: byServer, documentId: removed.documentId, at });
  await store.write.purgeDocument({ by: byServer, documentId: removed.documentId, at });
  const binned = await givenDocument(store, corpusId, 'binned.md');
  await store.write.deleteDocument({ by: byServer, documentId: binned.documentId, at });
  const passage = kept.passages[0];
  if (!passage) throw new Error('no passage');
  const citation = {
    n: 1,
    corpus_id: corpusId,
    corpus_name: 'Animals',
    document_id: kept.documentId,
    document_version: 1,
    document_title: 'okapi.md',
    passage_id: passage.passageId,
    start: 0,
    end: 17,
    quote: 'Okapis eat leaves',
    score: 0.5,
  };
  return { corpusId, citation };
}

async function givenDocument(
  store: Store,
  corpusId: string,
  filename: string,
): Promise<{ documentId: string; passages: PassageRow[] }> {
  const documentId = newId();
  const file = { title: filename, filename, mediaType: 'text/markdown', bytes: text.length, sha256: filename };
  const row = { documentId, corpusId, ...file, fileKey: newId(), createdBy: null, jobId: newId(), priority: 0, at };
  await store.write.addDocument({ ...row, by: byServer });
  const lease = { instanceId: 'here', bootId: 'boot', nowMs: 1_000, untilMs: 16_000 };
  const job = await store.write.claimJob({ kind: 'ingest', lease, goneInstances: [], maxAttempts: 3, at });
  if (!job) throw new Error('no job');
  const hold: JobHold = { jobId: job.jobId, fence: job.fence };
  await store.write.startIngest({ hold, at });
  const stored = {
    title: filename,
    mediaType: 'text/markdown',
    language: 'english' as const,
    text,
    pages: [],
    headings: [],
  };
  await store.write.storeDocumentText({ hold, ...stored, at });
  let start = 0;
  const passages = sentences.map((sentence, ordinal): PassageRow => {
    const passage = { passageId: newId(), ordinal, start, end: start + sentence.length, page: null, headingPath: [] };
    start += sentence.length;
    return { ...passage, text: sentence };
  });
  await store.write.storePassages({ hold, passages, total: passages.length, last: true, at });
  const wanted = { documentId, version: 1, embedder: 'words', afterOrdinal: -1, limit: 10 };
  const unembedded = await store.scan.passagesToEmbed(wanted);
  const vectors = unembedded.map(({ rowid, passage_id }) => ({
    rowid,
    passageId: passage_id,
    vector: new Float32Array([1, 0, 0]),
  }));
  await store.write.storePassageVectors({ hold, embedder: 'words', vectors, progress: 0.9, at });
  await store.write.finishDocument({ hold, at });
  return { documentId, passages };
}
