/** How well the default path finds documents, on any collection in JSON lines:
 *  `docs.jsonl {id, title, text}`, `queries.jsonl {id, text}`, `qrels.jsonl {qid, did, rel}`.
 *  Usage: node bench/retrieval.ts --collection DIR [--models DIR]
 *  Documents go through the product's own splitter, index, embedder and fusion; a document scores as its best passage.
 *  Prints one JSON line for each mode: nDCG@10 (gain = rel), R@10, MRR@10 (rel > 0 counts), documents/s, ms/query. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { fuse, fusedPerList, type Hit } from '../src/knowledge/fuse.ts';
import { embeddingText } from '../src/knowledge/ingest/embedding-text.ts';
import { splitPassages } from '../src/knowledge/ingest/split-passages.ts';
import { lexicalQuery } from '../src/knowledge/lexical-query.ts';
import { quantizeVector, VectorScan } from '../src/knowledge/vector-scan.ts';
import { openMiniLmEmbedder } from '../src/models/minilm/open-minilm-embedder.ts';
import { insertIntoPassageIndex, passageIndexStatements, searchLexical } from '../src/store/sqlite/passage-search.ts';

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

const startedMs = performance.now();
const db = new DatabaseSync(':memory:');
for (const statement of passageIndexStatements) db.exec(statement);
const documentOf: string[] = [];
const texts: string[] = [];
db.exec('BEGIN');
for (const document of documents) {
  for (const passage of splitPassages({ text: document.text, headings: [] })) {
    insertIntoPassageIndex(db, {
      rowid: texts.length,
      title: document.title,
      headingPath: passage.headingPath,
      text: passage.text,
    });
    documentOf.push(document.id);
    texts.push(embeddingText({ title: document.title, headingPath: passage.headingPath, text: passage.text }));
  }
}
db.exec('COMMIT');
const lexicalMs = performance.now() - startedMs;

const embedder = await openMiniLmEmbedder({ modelsDir: values.models });
const embedStartedMs = performance.now();
const vectors = new VectorScan(embedder.dimensions);
for (const [rowid, vector] of (await embedder.embed(texts)).entries()) vectors.set(rowid, quantizeVector(vector));
const embedMs = performance.now() - embedStartedMs;

const modes: Record<string, { indexMs: number; search: (question: string) => Promise<Hit[]> }> = {
  hybrid: {
    indexMs: lexicalMs + embedMs,
    search: async (question) => fuse([searchWords(question), await searchMeaning(question)]),
  },
  lexical: { indexMs: lexicalMs, search: async (question) => searchWords(question) },
  vectors: { indexMs: embedMs, search: searchMeaning },
};
for (const [mode, { indexMs, search }] of Object.entries(modes)) {
  console.log(
    JSON.stringify({
      bench: 'retrieval',
      collection,
      mode,
      documents: documents.length,
      passages: texts.length,
      queries: queries.length,
      ...(await measure(search)),
      documents_per_s: Math.round((documents.length / indexMs) * 1000),
      passages_per_s: Math.round((texts.length / indexMs) * 1000),
      rss_mb: Math.round(process.memoryUsage.rss() / 2 ** 20),
    }),
  );
}
await embedder.close();

function searchWords(question: string): Hit[] {
  const expression = lexicalQuery(question);
  return expression === undefined ? [] : searchLexical(db, expression, fusedPerList);
}

async function searchMeaning(question: string): Promise<Hit[]> {
  const [vector] = await embedder.embed([question], { priority: 'query' });
  return vector === undefined ? [] : vectors.search(vector, fusedPerList);
}

async function measure(search: (question: string) => Promise<Hit[]>) {
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
function bestDocuments(hits: Hit[], limit: number): string[] {
  return [...new Set(hits.map((hit) => documentOf[hit.id] ?? ''))].slice(0, limit);
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
