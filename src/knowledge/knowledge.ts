import type { Retention } from '../access/retention-rules.ts';
import type { Clock } from '../clock.ts';
import type { FetchPorts } from '../http/fetch-public.ts';
import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Embedder } from '../models/embedder.ts';
import type { Reranker } from '../models/reranker.ts';
import type { FileStore } from '../store/file-store.ts';
import type { Presence } from '../store/presence.ts';
import type { Store } from '../store/store.ts';
import { dropOldVectors, embedJobs } from './embedding/embed-jobs.ts';
import { loadEmbedder } from './embedding/embedder-handle.ts';
import { loadModel } from './embedding/model-handle.ts';
import { createServingEmbedder, type EmbedderSource, type ReopenEmbedder } from './embedding/serving-embedder.ts';
import { importHandbook } from './handbook.ts';
import type { ParseFile } from './ingest/ingest-document.ts';
import { ingestJobs } from './ingest/ingest-jobs.ts';
import { oneAtATime } from './ingest/one-at-a-time.ts';
import { createJobRunner } from './ingest/run-jobs.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { createDeletionSweeper } from './sweep-deleted.ts';
import { fetchJobs } from './web-pages/fetch-jobs.ts';
import { createPageFetcher } from './web-pages/fetch-page.ts';

export type KnowledgeOptions = {
  store: Store;
  retention: Pick<Retention, 'rules'>;
  presence: Presence;
  clock: Clock;
  log: Log;
  bootId: string;
  /** The originals. */
  files: FileStore;
  openEmbedder: () => Promise<Embedder>;
  /** What it is called, and what opens it again when another is set. */
  embedderSource: EmbedderSource;
  reopenEmbedder?: ReopenEmbedder;
  /** Before each time that an embedder or reranker which did not answer is tried again. */
  retryModelsMs?: readonly number[];
  openReranker?: (() => Promise<Reranker>) | undefined;
  /** Bytes of one upload; 50 MiB unless told. */
  maxDocumentBytes?: number;
  uploadDeadlineMs: number;
  parseFile: ParseFile;
  fetchPorts: FetchPorts;
  /** One page, robots.txt and redirects included. */
  fetchMs: number;
  /** Folder of the Markdown files that a first start imports as "Perdure handbook". */
  handbookDir: string;
};

/** Everything that works on documents in this process. */
export type Knowledge = KnowledgePorts & {
  /** Begins to load the embedder, to claim jobs, to clear what was left behind and, at the first start, to import the handbook.
   *  Returns at once. */
  start(): void;
  /** Resolves once nothing is left to do that was there before. */
  idle(): Promise<void>;
  /** Gives back what runs, with all that was stored, and frees the embedder. */
  close(): Promise<void>;
};

const defaultMaxBytes = 50 * 2 ** 20;
const sweepFilesEveryMs = 10 * 60_000;

export function createKnowledge(options: KnowledgeOptions): Knowledge {
  const {
    store,
    presence,
    files,
    clock,
    log,
    bootId,
    parseFile,
    fetchPorts,
    maxDocumentBytes = defaultMaxBytes,
  } = options;
  const closing = new AbortController();
  const start = Promise.withResolvers<void>();
  const { embedderSource: source, openReranker } = options;
  const whenStarted =
    <Opened>(open: () => Promise<Opened>) =>
    async () => {
      await start.promise;
      closing.signal.throwIfAborted();
      return open();
    };
  const embedder = loadEmbedder(whenStarted(options.openEmbedder), log, {
    onOpened: (opened) => aside('embedding_failed', () => begin(opened)),
    retryAfterMs: options.retryModelsMs,
  });
  const serving = createServingEmbedder({ store, log, own: embedder, source, reopen: options.reopenEmbedder });
  const reranker =
    openReranker &&
    loadModel({ open: whenStarted(openReranker), log, what: 'reranker', retryAfterMs: options.retryModelsMs });
  const sweeper = createDeletionSweeper({ store, files, clock, log });
  const leases = { store, presence, clock, log, bootId };
  const batches = oneAtATime();
  const embedding = { store, clock, log, embedder, serving, batches };
  const readers = createJobRunner(leases, ingestJobs({ ...embedding, files, parseFile }));
  const embedders = createJobRunner(leases, embedJobs({ ...embedding, onServing }));
  const fetchPage = createPageFetcher({ clock, fetchPorts, maxBytes: maxDocumentBytes, timeoutMs: options.fetchMs });
  const fetchers = createJobRunner(leases, fetchJobs({ store, clock, log, files, fetchPage, maxDocumentBytes }));
  const ports: KnowledgePorts = {
    store,
    retention: options.retention,
    clock,
    log,
    files,
    embedder,
    serving,
    reranker,
    sweeper,
    fetchPorts,
    maxDocumentBytes,
    uploadDeadlineMs: options.uploadDeadlineMs,
  };
  const background = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  /** The embedder that this process has said it wants. */
  let wanted: string | undefined;

  /** Runs beside everything else; what fails is logged once and left for the next time. */
  function aside(failure: string, work: () => Promise<void>): void {
    const done = attempt(failure, work).finally(() => background.delete(done));
    background.add(done);
  }

  async function attempt(failure: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!closing.signal.aborted) log.warn(failure, { reason: String(error) });
    }
  }

  async function sweepFiles(): Promise<void> {
    const removed = await files.sweep((fileKeys) => store.scan.fileKeysInUse({ fileKeys }));
    if (removed > 0) log.info('orphan_files_removed', { files: removed });
  }

  /** Says which embedder is wanted. Its job makes what is missing; the one before serves meanwhile. */
  async function begin(opened: Embedder): Promise<void> {
    const { name, recipe } = source;
    const missing = await store.scan.passagesWithoutVectors({ embedder: opened.id, afterRowid: 0, limit: 1 });
    await store.write.wantEmbedder({
      embedder: { id: opened.id, name, recipe },
      isNewlySet: wanted !== opened.id,
      lacksVectors: missing.length > 0,
      jobId: newId(),
      at: clock.now(),
    });
    wanted = opened.id;
    await serving.current();
    await dropOldVectors({ store }, closing.signal);
  }

  async function onServing(embedder: Embedder): Promise<void> {
    await loadIndex(embedder);
    await serving.current();
    await dropOldVectors({ store }, closing.signal);
  }

  /** The first search after a start would otherwise wait until all passages are in memory. */
  async function loadIndex(of?: Embedder): Promise<void> {
    if (closing.signal.aborted) return;
    const vector = of && { embedder: of.id, values: new Float32Array(of.dimensions) };
    await store.scan.searchPassages({ corpusIds: [], terms: [], ...(vector && { vector }), limit: 1 });
  }

  /** The words at once, the vectors when there is an embedder. */
  async function loadIndexes(): Promise<void> {
    await loadIndex();
    await embedder.settled(closing.signal);
    await loadIndex((await serving.current())?.embedder);
  }

  return {
    ...ports,
    start() {
      start.resolve();
      readers.start();
      fetchers.start();
      embedders.start();
      sweeper.ring();
      timer = setInterval(() => {
        sweeper.ring();
        aside('file_sweep_failed', sweepFiles);
      }, sweepFilesEveryMs);
      aside('file_sweep_failed', sweepFiles);
      aside('load_index_failed', loadIndexes);
      aside('handbook_failed', () => importHandbook(ports, options.handbookDir));
    },
    async idle() {
      await embedder.settled(closing.signal);
      await Promise.all(background);
      await fetchers.idle();
      await readers.idle();
      await embedders.idle();
      await sweeper.idle();
    },
    async close() {
      closing.abort(new Error('the server is stopping'));
      start.resolve();
      clearInterval(timer);
      await Promise.all([fetchers.stop(0), readers.stop(0), embedders.stop(0)]);
      await sweeper.close();
      await Promise.all(background);
      await Promise.all([embedder.close(), serving.close(), reranker?.close()]);
    },
  };
}
