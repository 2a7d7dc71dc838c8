import type { Clock } from '../clock.ts';
import type { FetchPorts } from '../http/fetch-public.ts';
import type { Log } from '../log.ts';
import type { Embedder } from '../models/embedder.ts';
import type { Presence } from '../store/presence.ts';
import type { Store } from '../store/store.ts';
import { loadEmbedder } from './embedder-handle.ts';
import { openFileStore } from './file-store.ts';
import { importHandbook } from './handbook.ts';
import { fillMissingVectors } from './ingest/fill-vectors.ts';
import type { ParseFile } from './ingest/ingest-document.ts';
import { ingestJobs } from './ingest/ingest-jobs.ts';
import { createJobRunner } from './ingest/run-jobs.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { createDeletionSweeper } from './sweep-deleted.ts';
import { fetchJobs } from './web-pages/fetch-jobs.ts';
import { createPageFetcher } from './web-pages/fetch-page.ts';

export type KnowledgeOptions = {
  store: Store;
  presence: Presence;
  clock: Clock;
  log: Log;
  bootId: string;
  /** Folder of the originals. */
  filesDir: string;
  openEmbedder: () => Promise<Embedder>;
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
  const { store, presence, clock, log, bootId, parseFile, fetchPorts, maxDocumentBytes = defaultMaxBytes } = options;
  const files = openFileStore(options.filesDir, { clock, presence });
  const closing = new AbortController();
  const start = Promise.withResolvers<void>();
  const embedder = loadEmbedder(async () => {
    await start.promise;
    closing.signal.throwIfAborted();
    return options.openEmbedder();
  }, log);
  const sweeper = createDeletionSweeper({ store, files, clock, log });
  const leases = { store, presence, clock, log, bootId };
  const readers = createJobRunner(leases, ingestJobs({ store, clock, log, files, embedder, parseFile }));
  const fetchPage = createPageFetcher({ clock, fetchPorts, maxBytes: maxDocumentBytes, timeoutMs: options.fetchMs });
  const fetchers = createJobRunner(leases, fetchJobs({ store, clock, log, files, fetchPage, maxDocumentBytes }));
  const ports: KnowledgePorts = {
    store,
    clock,
    log,
    files,
    embedder,
    sweeper,
    fetchPorts,
    maxDocumentBytes,
    uploadDeadlineMs: options.uploadDeadlineMs,
  };
  const background = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

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

  async function fillVectors(): Promise<void> {
    await loadIndex();
    const ready = await embedder.settled(closing.signal);
    if (!ready) return;
    try {
      await fillMissingVectors({ store, clock, log, embedder: ready }, closing.signal);
    } finally {
      await loadIndex({ embedder: ready.id, values: new Float32Array(ready.dimensions) });
    }
  }

  /** The first search after a start would otherwise wait until all passages are in memory. */
  async function loadIndex(vector?: { embedder: string; values: Float32Array }): Promise<void> {
    if (closing.signal.aborted) return;
    await store.scan.searchPassages({ corpusIds: [], terms: [], ...(vector && { vector }), limit: 1 });
  }

  return {
    ...ports,
    start() {
      start.resolve();
      readers.start();
      fetchers.start();
      sweeper.ring();
      timer = setInterval(() => {
        sweeper.ring();
        aside('file_sweep_failed', sweepFiles);
      }, sweepFilesEveryMs);
      aside('file_sweep_failed', sweepFiles);
      aside('fill_vectors_failed', fillVectors);
      aside('handbook_failed', () => importHandbook(ports, options.handbookDir));
    },
    async idle() {
      await Promise.all(background);
      await fetchers.idle();
      await readers.idle();
      await sweeper.idle();
    },
    async close() {
      closing.abort(new Error('the server is stopping'));
      start.resolve();
      clearInterval(timer);
      await Promise.all([fetchers.stop(0), readers.stop(0)]);
      await sweeper.close();
      await Promise.all(background);
      await embedder.close();
    },
  };
}
