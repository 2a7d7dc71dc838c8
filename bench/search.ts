/** How fast a question finds its passages among many, and what keeping them findable takes.
 *  Usage: node bench/search.ts --collection DIR [--passages 100000] [--questions 200] [--models DIR]
 *  DIR holds `docs.jsonl {id, title, text}` and `queries.jsonl {id, text}`. Passages of about 800 characters are put together from the
 *  collection's own sentences, so that words are as common as there: the worst case, because every passage speaks of everything.
 *  Their vectors are mixes of real ones with noise. Questions go the whole way: embedded, searched, fused, rights read again.
 *  The peers, in the same run: the same vectors scanned in plain JavaScript, the same words in SQLite's FTS5. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';
import type { Actor } from '../src/access/actor.ts';
import { systemClock as clock } from '../src/clock.ts';
import { byServer } from '../src/contract/audit.ts';
import { newId } from '../src/ids.ts';
import { loadEmbedder } from '../src/knowledge/embedding/embedder-handle.ts';
import { createServingEmbedder } from '../src/knowledge/embedding/serving-embedder.ts';
import { searchKnowledge } from '../src/knowledge/search.ts';
import { createLog } from '../src/log.ts';
import { openMiniLmEmbedder } from '../src/models/minilm/open-minilm-embedder.ts';
import { fusedPerList } from '../src/retrieval/fuse.ts';
import { quantizeVector } from '../src/retrieval/quantized-vector.ts';
import { questionTerms, tellingWords } from '../src/retrieval/terms.ts';
import { VectorMemory } from '../src/retrieval/vector-memory.ts';
import { searchVectors, VectorScan } from '../src/retrieval/vector-scan.ts';
import { Vocabulary } from '../src/retrieval/vocabulary.ts';
import { WordScan, WordScans } from '../src/retrieval/word-scan.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { createRandom } from '../test/faults/random.ts';
import { print, printLimited, quantile } from './support/lines.ts';

const { values } = parseArgs({
  options: {
    collection: { type: 'string' },
    passages: { type: 'string', default: '100000' },
    questions: { type: 'string', default: '200' },
    models: { type: 'string', default: 'data/models' },
  },
});
if (values.collection === undefined) throw new Error('Usage: node bench/search.ts --collection DIR [--passages N]');
const { collection } = values;
const passageCount = Number(values.passages);
const bench = 'search';
const perDocument = 20;
const storedAtOnce = 100;
const random = createRandom(1).unit;
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;

const documents = readLines('docs.jsonl', z.object({ title: z.string().default(''), text: z.string() }));
const sentences = documents.flatMap(({ text }) => text.split(/(?<=\.)\s+/)).filter((each) => each.length > 30);
const asked = readLines('queries.jsonl', z.object({ text: z.string() }));
const questions = asked.slice(0, Number(values.questions)).map(({ text }) => text);
if (sentences.length === 0 || questions.length === 0)
  throw new Error('The collection holds nothing to ask or to find.');

const folder = mkdtempSync(join(tmpdir(), 'perdure-search-'));
const path = join(folder, 'perdure.db');
const store = await openSqliteStore({ path, clock });
const { signal } = new AbortController();
const handle = loadEmbedder(() => openMiniLmEmbedder({ modelsDir: values.models }), createLog('warn'));
const embedder = (await handle.settled(signal)) ?? fail('The embedder is not available.');
const at = clock.now();
const actor: Actor = { userId: newId(), username: 'bench', displayName: 'Bench', role: 'administrator', tokenId: '' };
await store.write.createUser({ by: byServer, ...actor, passwordHash: '', at });
const corpusId = newId();
const corpus = { id: corpusId, name: 'Bench', description: '', ownerUserId: actor.userId };
await store.write.createCorpus({ by: byServer, ...corpus, at });

const serving = createServingEmbedder({ store, log: createLog('warn'), own: handle });
const ask = (query: string) => searchKnowledge({ store, serving, reranker: undefined }, actor, { query }, signal);

const seeds: Float32Array[] = [];
for (let from = 0; from < 600; from += 30) {
  const texts = Array.from({ length: 30 }, () => pick(sentences));
  seeds.push(...(await embedder.embed(texts, { signal, priority: 'batch' })));
}
const vectors: Float32Array[] = [];
const texts: { title: string; text: string }[] = [];
for (let count = 0; count < passageCount; count += perDocument) await store1Document(perDocument);
const asVectors = await Promise.all(
  questions.map(async (text) => (await embedder.embed([text], { signal, priority: 'query' }))[0] ?? fail('no vector')),
);

try {
  await measureLoading();
  await measureSearch();
  measureMeaning();
  measureWords();
  await measureFreshness();
} finally {
  await handle.close();
  await store.close();
  rmSync(folder, { recursive: true });
}

async function measureLoading(): Promise<void> {
  const from = performance.now();
  await store.scan.searchPassages({ corpusIds: [corpusId], terms: [], limit: 1 });
  print({ bench, what: `${passageCount} passages' words into memory`, value: performance.now() - from, unit: 'ms' });
  const vector = { embedder: embedder.id, values: asVectors[0] ?? fail('no question') };
  const vectorsFrom = performance.now();
  await store.scan.searchPassages({ corpusIds: [corpusId], terms: [], vector, limit: 1 });
  print({ bench, what: 'their vectors into memory', value: performance.now() - vectorsFrom, unit: 'ms' });
  const child = fileURLToPath(new URL('./support/search-memory.child.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [child, path, values.models, corpusId]);
  const what = 'memory of a process with store, embedder and all passages';
  printLimited({ bench, what, value: Number(stdout), unit: 'MiB', limit: 600 });
}

async function measureSearch(): Promise<void> {
  for (const question of questions.slice(0, 5)) await ask(question);
  const took: number[] = [];
  for (const question of questions) {
    const from = performance.now();
    const { passages, mode } = await ask(question);
    took.push(performance.now() - from);
    if (mode !== 'hybrid' || passages.length === 0) fail(`“${question}” found nothing`);
  }
  print({ bench, what: 'a question, p50', value: quantile(took, 0.5), unit: 'ms' });
  printLimited({ bench, what: 'a question, p95', value: quantile(took, 0.95), unit: 'ms', limit: 40 });
}

/** One look at every vector; recall against the unrounded vectors, which a plain loop looks through. */
function measureMeaning(): void {
  const scan = new VectorScan(new VectorMemory(embedder.dimensions));
  for (const [rowid, vector] of vectors.entries()) if (vector) scan.set(rowid, quantizeVector(vector));
  const took: number[] = [];
  const plain: number[] = [];
  let found = 0;
  for (const asked of asVectors) {
    const from = performance.now();
    const hits = searchVectors([scan], asked, fusedPerList);
    took.push(performance.now() - from);
    const exactFrom = performance.now();
    const exact = nearest(asked, 10);
    plain.push(performance.now() - exactFrom);
    found += hits.slice(0, 10).filter(({ id }) => exact.has(id)).length;
  }
  const recall = found / (10 * asVectors.length);
  const peer = 'a scan of 32-bit vectors in plain JavaScript';
  print({
    bench,
    what: 'vectors, p50',
    value: quantile(took, 0.5),
    unit: 'ms',
    peer,
    peer_value: quantile(plain, 0.5),
  });
  print({
    bench,
    what: 'vectors, p95',
    value: quantile(took, 0.95),
    unit: 'ms',
    peer,
    peer_value: quantile(plain, 0.95),
  });
  print({
    bench,
    what: 'recall@10 of the vectors',
    value: recall,
    unit: 'share',
    target: 'at least .97',
    met: recall >= 0.97,
  });
}

/** One look at every passage that holds one of a question's words. */
function measureWords(): void {
  const vocabulary = new Vocabulary();
  const scan = new WordScan();
  const fts = new DatabaseSync(':memory:');
  fts.exec(`create virtual table f using fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2')`);
  const insert = fts.prepare('insert into f (rowid, title, text) values (?, ?, ?)');
  fts.exec('begin');
  for (const [index, { title, text }] of texts.entries()) {
    insert.run(index + 1, title, text);
    scan.add(index + 1, vocabulary.count({ heading: title, text }, 'english'));
  }
  fts.exec('commit');
  const find = fts.prepare('select rowid from f where f match ? order by bm25(f, 2.0, 1.0), rowid limit 500');
  const words = new WordScans([scan]);
  const took: number[] = [];
  const peers: number[] = [];
  for (const question of questions) {
    const from = performance.now();
    const terms = new Map(
      questionTerms(question)
        .flatMap((term) => vocabulary.find(term) ?? [])
        .map((term) => [term, 1]),
    );
    words.search(terms, fusedPerList);
    took.push(performance.now() - from);
    const match = tellingWords(question).map((word) => `"${word}"`);
    const peerFrom = performance.now();
    find.all(match.join(' OR '));
    peers.push(performance.now() - peerFrom);
  }
  fts.close();
  const peer = 'FTS5';
  print({ bench, what: 'words, p50', value: quantile(took, 0.5), unit: 'ms', peer, peer_value: quantile(peers, 0.5) });
  print({
    bench,
    what: 'words, p95',
    value: quantile(took, 0.95),
    unit: 'ms',
    peer,
    peer_value: quantile(peers, 0.95),
  });
}

/** How long a new document takes from being ready to being found. */
async function measureFreshness(): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < 10; round++) {
    await store1Document(1, `Zanzibar${round} is an island of spices.`);
    const from = performance.now();
    const terms = questionTerms(`zanzibar${round}`);
    const { lexical } = await store.scan.searchPassages({ corpusIds: [corpusId], terms, limit: 1 });
    took.push(performance.now() - from);
    if (lexical.length !== 1) fail('a new document was not found');
  }
  const worst = Math.max(...took);
  printLimited({
    bench,
    what: 'a new document, from ready to found, worst of 10',
    value: worst,
    unit: 'ms',
    limit: 2000,
  });
}

/** What a job does with an uploaded file, without the file, its parser and the embedder. */
async function store1Document(count: number, ownText?: string): Promise<void> {
  const documentId = newId();
  const { title } = pick(documents);
  const lease = { instanceId: 'bench', bootId: 'bench', nowMs: 0, untilMs: Number.MAX_SAFE_INTEGER };
  const facts = { documentId, corpusId, title, filename: documentId, mediaType: 'text/plain', bytes: 1 };
  const added = {
    ...facts,
    sha256: documentId,
    fileKey: documentId,
    createdBy: actor.userId,
    jobId: newId(),
    priority: 0,
  };
  await store.write.addDocument({ by: byServer, ...added, at });
  const hold =
    (await store.write.claimJob({ kind: 'ingest', lease, goneInstances: [], maxAttempts: 1, at })) ?? fail('no job');
  await store.write.startIngest({ hold, at });
  let text = '';
  const passages = Array.from({ length: count }, (_, ordinal) => {
    const start = text.length;
    const own = ownText ?? passageText();
    text += `${own}\n`;
    texts.push({ title, text: own });
    const place = { start, end: start + own.length, page: null, headingPath: [] };
    return { passageId: newId(), ordinal, ...place, text: own };
  });
  const read = { title, mediaType: 'text/plain', language: 'english' as const, text, pages: [], headings: [] };
  await store.write.storeDocumentText({ hold, ...read, at });
  for (let from = 0; from < count; from += storedAtOnce) {
    const batch = passages.slice(from, from + storedAtOnce);
    await store.write.storePassages({ hold, passages: batch, total: count, last: from + storedAtOnce >= count, at });
  }
  const unembedded = await store.scan.passagesToEmbed({
    documentId,
    version: 1,
    embedder: embedder.id,
    afterOrdinal: -1,
    limit: count,
  });
  const rows = unembedded.map(({ rowid, passage_id }) => {
    const vector = mixedVector();
    vectors[rowid] = vector;
    return { rowid, passageId: passage_id, vector };
  });
  await store.write.storePassageVectors({ hold, embedder: embedder.id, vectors: rows, progress: 1, at });
  await store.write.finishDocument({ hold, at });
}

function passageText(): string {
  let text = '';
  while (text.length < 800) text += `${pick(sentences)} `;
  return text.trimEnd();
}

/** Three real vectors and noise: as near to its neighbours as passages of one subject are. */
function mixedVector(): Float32Array {
  const parts = [pick(seeds), pick(seeds), pick(seeds)];
  const sum = new Float32Array(embedder.dimensions);
  for (let i = 0; i < sum.length; i++) {
    sum[i] = parts.reduce((total, part) => total + (part[i] ?? 0), 0) + (random() - 0.5) * 0.1;
  }
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
}

function nearest(query: Float32Array, count: number): Set<number> {
  const scores: { rowid: number; score: number }[] = [];
  let least = -Infinity;
  for (const [rowid, vector] of vectors.entries()) {
    if (vector === undefined) continue;
    let score = 0;
    for (let i = 0; i < query.length; i++) score += (query[i] ?? 0) * (vector[i] ?? 0);
    if (score <= least) continue;
    scores.push({ rowid, score });
    scores.sort((a, b) => b.score - a.score);
    if (scores.length > count) scores.pop();
    if (scores.length === count) least = scores.at(-1)?.score ?? least;
  }
  return new Set(scores.map(({ rowid }) => rowid));
}

function readLines<Line>(file: string, schema: z.ZodType<Line>): Line[] {
  const lines = readFileSync(join(collection, file), 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => schema.parse(JSON.parse(line)));
}

function fail(reason: string): never {
  throw new Error(reason);
}
