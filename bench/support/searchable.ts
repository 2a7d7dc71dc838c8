import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '../../src/access/actor.ts';
import { systemClock as clock } from '../../src/clock.ts';
import { byServer } from '../../src/contract/audit.ts';
import type { FoundPassage } from '../../src/contract/documents.ts';
import { newId } from '../../src/ids.ts';
import { type EmbedderHandle, loadEmbedder } from '../../src/knowledge/embedding/embedder-handle.ts';
import { createServingEmbedder } from '../../src/knowledge/embedding/serving-embedder.ts';
import { embedDocument } from '../../src/knowledge/ingest/embed-document.ts';
import { oneAtATime } from '../../src/knowledge/ingest/one-at-a-time.ts';
import { splitPassages } from '../../src/knowledge/ingest/split-passages.ts';
import { searchKnowledge } from '../../src/knowledge/search.ts';
import { createLog } from '../../src/log.ts';
import type { Embedder } from '../../src/models/embedder.ts';
import { openMiniLmEmbedder } from '../../src/models/minilm/open-minilm-embedder.ts';
import { languageOf } from '../../src/retrieval/language.ts';
import { openPrivatePostgres } from '../../src/store/conformance/private-postgres.ts';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { CollectionDocument } from './collection.ts';

export type SearchMode = 'hybrid' | 'lexical';
export type Searchable = {
  embedder: Embedder;
  passages: number;
  /** What making the documents findable took, by words alone and with their vectors. */
  lexicalMs: number;
  hybridMs: number;
  /** The product's own search, best first. */
  search(mode: SearchMode, question: string, limit: number): Promise<FoundPassage[]>;
  close(): Promise<void>;
};

export type StoreKind = 'sqlite' | 'postgres';

/** Documents in a store of their own, put there by the product's splitter and embedder, without files and parsers. */
export async function openSearchable(
  documents: readonly CollectionDocument[],
  modelsDir: string,
  kind: StoreKind = 'sqlite',
): Promise<Searchable> {
  const { store, remove } = kind === 'sqlite' ? await openInFolder() : await openOnServer();
  const log = createLog('warn');
  const handle = loadEmbedder(() => openMiniLmEmbedder({ modelsDir }), log);
  const { signal } = new AbortController();
  const embedder = await handle.settled(signal);
  if (!embedder) throw new Error('The embedder is not available.');
  const none: EmbedderHandle = { ...handle, current: () => undefined };
  const both = createServingEmbedder({ store, log, own: handle });
  const wordsAlone = createServingEmbedder({ store, log, own: none });
  const at = clock.now();
  const actor: Actor = { userId: newId(), username: 'bench', displayName: 'Bench', role: 'administrator', tokenId: '' };
  await store.write.createUser({ by: byServer, ...actor, passwordHash: '', at });
  const corpusId = newId();
  const corpus = { id: corpusId, name: 'Bench', description: '', ownerUserId: actor.userId };
  await store.write.createCorpus({ by: byServer, ...corpus, at });

  let passageCount = 0;
  let lexicalMs = 0;
  let embedMs = 0;
  for (const document of documents) await ingest(document, embedder);

  async function ingest({ id, title, text }: CollectionDocument, embedder: Embedder): Promise<void> {
    const fromMs = performance.now();
    const lease = { instanceId: 'bench', bootId: 'bench', nowMs: 0, untilMs: Number.MAX_SAFE_INTEGER };
    await store.write.addDocument({
      by: byServer,
      documentId: id,
      corpusId,
      title,
      filename: id,
      mediaType: 'text/plain',
      bytes: text.length,
      sha256: id,
      fileKey: id,
      createdBy: actor.userId,
      jobId: newId(),
      priority: 0,
      at,
    });
    const hold = await store.write.claimJob({ kind: 'ingest', lease, goneInstances: [], maxAttempts: 1, at });
    if (!hold) throw new Error('no job to work on');
    await store.write.startIngest({ hold, at });
    const language = languageOf(text);
    const read = { title, mediaType: 'text/plain', language, text, pages: [], headings: [] };
    await store.write.storeDocumentText({ hold, ...read, at });
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
    const ports = { store, clock, embedder, batches: oneAtATime() };
    await embedDocument(ports, { hold, documentId: id, version: 1, total }, signal);
    embedMs += performance.now() - embedFromMs;
    await store.write.finishDocument({ hold, at });
  }

  return {
    embedder,
    passages: passageCount,
    lexicalMs,
    hybridMs: lexicalMs + embedMs,
    async search(mode, query, limit) {
      const ports = { store, serving: mode === 'hybrid' ? both : wordsAlone, reranker: undefined };
      return (await searchKnowledge(ports, actor, { query, limit }, signal)).passages;
    },
    async close() {
      await handle.close();
      await store.close();
      await remove();
    },
  };
}

type OpenedStore = { store: Store; remove(): Promise<void> };

async function openInFolder(): Promise<OpenedStore> {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
  const store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock });
  return { store, remove: () => rm(folder, { recursive: true }) };
}

async function openOnServer(): Promise<OpenedStore> {
  const server = await openPrivatePostgres();
  const { store } = await openPostgresStore({ url: await server.newDatabase(), clock, instanceId: newId() });
  return { store, remove: () => server.close() };
}
