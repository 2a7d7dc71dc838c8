/** How well the default path finds documents, on any collection in JSON lines:
 *  `docs.jsonl {id, title, text}`, `queries.jsonl {id, text}`, `qrels.jsonl {qid, did, rel}`.
 *  Usage: node bench/retrieval.ts --collection DIR [--models DIR]
 *  Documents go through the product's own splitter, store, embedder and search; a document scores as its best passage.
 *  Prints one JSON line for each mode: nDCG@10 (gain = rel), R@10, MRR@10 (rel > 0 counts), documents/s, ms/query. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Actor } from '../src/access/actor.ts';
import { systemClock as clock } from '../src/clock.ts';
import { byServer } from '../src/contract/audit.ts';
import { newId } from '../src/ids.ts';
import { type EmbedderHandle, loadEmbedder } from '../src/knowledge/embedder-handle.ts';
import { embedDocument } from '../src/knowledge/ingest/embed-document.ts';
import { oneAtATime } from '../src/knowledge/ingest/one-at-a-time.ts';
import { splitPassages } from '../src/knowledge/ingest/split-passages.ts';
import { searchKnowledge } from '../src/knowledge/search.ts';
import { createLog } from '../src/log.ts';
import { openMiniLmEmbedder } from '../src/models/minilm/open-minilm-embedder.ts';
import { languageOf } from '../src/retrieval/language.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';

const id = z.union([z.string(), z.number()]).transform(String);
const documentLine = z.object({ id, title: z.string().default(''), text: z.string() });
const queryLine = z.object({ id, text: z.string() });
const judgementLine = z.object({ qid: id, did: id, rel: z.number() });

const { values } = parseArgs({
  options: { collection: { type: 'string' }, models: { type: 'string', default: 'data/models' } },
});
if (values.collection === undefined) throw new Error('Usage: node bench/retrieval.ts --collection DIR [--models DIR]');
const { collection } = values;

const documents = readLines('docs.jsonl', documentLine);
const judged = judgements();
const queries = readLines('queries.jsonl', queryLine).filter((query) => judged.has(query.id));

const folder = mkdtempSync(join(tmpdir(), 'perdure-retrieval-'));
const store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock });
const handle = loadEmbedder(() => openMiniLmEmbedder({ modelsDir: values.models }), createLog('warn'));
const { signal } = new AbortController();
const embedder = await handle.settled(signal);
if (!embedder) throw new Error('The embedder is not available.');
const none: EmbedderHandle = { ...handle, current: () => undefined };
const at = clock.now();
const actor: Actor = { userId: newId(), username: 'bench', displayName: 'Bench', role: 'administrator', tokenId: '' };
await store.write.createUser({ by: byServer, ...actor, passwordHash: '', at });
const corpusId = newId();
await store.write.createCorpus({
  by: byServer,
  id: corpusId,
  name: 'Bench',
  description: '',
  ownerUserId: actor.userId,
  at,
});

let passageCount = 0;
let lexicalMs = 0;
let embedMs = 0;
for (const document of documents) await ingest(document);

const modes: Record<string, { indexMs: number; embedder: EmbedderHandle }> = {
  hybrid: { indexMs: lexicalMs + embedMs, embedder: handle },
  lexical: { indexMs: lexicalMs, embedder: none },
};
for (const [mode, { indexMs, embedder }] of Object.entries(modes)) {
  const search = async (query: string) =>
    (await searchKnowledge({ store, embedder }, actor, { query, limit: 50 }, signal)).passages;
  await search('warm up');
  console.log(
    JSON.stringify({
      bench: 'retrieval',
      collection,
      mode,
      documents: documents.length,
      passages: passageCount,
      queries: queries.length,
      ...(await measure(search)),
      documents_per_s: Math.round((documents.length / indexMs) * 1000),
      passages_per_s: Math.round((passageCount / indexMs) * 1000),
      rss_mb: Math.round(process.memoryUsage.rss() / 2 ** 20),
    }),
  );
}
await handle.close();
await store.close();
rmSync(folder, { recursive: true });

/** What a job does with an uploaded file, without the file and its parser. */
async function ingest(document: z.infer<typeof documentLine>): Promise<void> {
  const fromMs = performance.now();
  const lease = { instanceId: 'bench', bootId: 'bench', nowMs: 0, untilMs: Number.MAX_SAFE_INTEGER };
  await store.write.addDocument({
    by: byServer,
    documentId: document.id,
    corpusId,
    title: document.title,
    filename: document.id,
    mediaType: 'text/plain',
    bytes: document.text.length,
    sha256: document.id,
    fileKey: document.id,
    createdBy: actor.userId,
    jobId: newId(),
    priority: 0,
    at,
  });
  const hold = await store.write.claimJob({ kind: 'ingest', lease, goneInstances: [], maxAttempts: 1, at });
  if (!hold || !embedder) throw new Error('no job to work on');
  await store.write.startIngest({ hold, at });
  const { text, title } = document;
  await store.write.storeDocumentText({
    hold,
    title,
    mediaType: 'text/plain',
    language: languageOf(text),
    text,
    pages: [],
    headings: [],
    at,
  });
  const passages = splitPassages({ text, headings: [] }).map((passage, ordinal) => ({
    ...passage,
    passageId: newId(),
    ordinal,
    page: null,
  }));
  const total = passages.length;
  await store.write.storePassages({ hold, passages, total, last: true, at });
  passageCount += total;
  lexicalMs += performance.now() - fromMs;
  const embedFromMs = performance.now();
  await embedDocument(
    { store, clock, embedder, batches: oneAtATime() },
    { hold, documentId: document.id, version: 1, total },
    signal,
  );
  embedMs += performance.now() - embedFromMs;
  await store.write.finishDocument({ hold, at });
}

type Found = { document_id: string };

async function measure(search: (question: string) => Promise<Found[]>) {
  const spentMs: number[] = [];
  const sums = { ndcg: 0, recall: 0, reciprocal: 0 };
  for (const query of queries) {
    const from = performance.now();
    const hits = await search(query.text);
    spentMs.push(performance.now() - from);
    const gains = judged.get(query.id) ?? new Map<string, number>();
    const found = bestDocuments(hits, 10).map((document) => gains.get(document) ?? 0);
    const relevant = [...gains.values()].filter((gain) => gain > 0);
    const firstRank = found.findIndex((gain) => gain > 0) + 1;
    sums.ndcg += discounted(found) / discounted(relevant.toSorted((a, b) => b - a).slice(0, 10));
    sums.recall += found.filter((gain) => gain > 0).length / relevant.length;
    sums.reciprocal += firstRank === 0 ? 0 : 1 / firstRank;
  }
  const sorted = spentMs.toSorted((a, b) => a - b);
  return {
    'nDCG@10': round(sums.ndcg / queries.length),
    'R@10': round(sums.recall / queries.length),
    'MRR@10': round(sums.reciprocal / queries.length),
    ms_per_query_p50: round(sorted[Math.floor(sorted.length * 0.5)] ?? 0),
    ms_per_query_p95: round(sorted[Math.floor(sorted.length * 0.95)] ?? 0),
  };
}

/** Hits come best first, so a document's first passage is its best. */
function bestDocuments(hits: Found[], limit: number): string[] {
  return [...new Set(hits.map((hit) => hit.document_id))].slice(0, limit);
}

function discounted(gains: number[]): number {
  return gains.reduce((sum, gain, rank) => sum + gain / Math.log2(rank + 2), 0);
}

function judgements(): Map<string, Map<string, number>> {
  const byQuery = new Map<string, Map<string, number>>();
  for (const { qid, did, rel } of readLines('qrels.jsonl', judgementLine)) {
    if (rel <= 0) continue;
    const gains = byQuery.get(qid) ?? new Map<string, number>();
    byQuery.set(qid, gains.set(did, Math.max(rel, gains.get(did) ?? 0)));
  }
  return byQuery;
}

function readLines<Line>(file: string, schema: z.ZodType<Line>): Line[] {
  const lines = readFileSync(join(collection, file), 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => schema.parse(JSON.parse(line)));
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
