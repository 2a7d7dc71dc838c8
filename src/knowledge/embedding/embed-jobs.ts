import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { type Embedder, PassingFault } from '../../models/embedder.ts';
import type { ClaimedJob } from '../../store/commands/jobs.ts';
import type { Store } from '../../store/store.ts';
import { embeddedAtOnce, embedPassages } from '../ingest/embed-document.ts';
import type { OneAtATime } from '../ingest/one-at-a-time.ts';
import type { JobWork } from '../ingest/run-jobs.ts';
import type { EmbedderHandle } from './embedder-handle.ts';
import type { ServingEmbedder } from './serving-embedder.ts';

export type EmbedPorts = {
  store: Store;
  clock: Clock;
  log: Log;
  embedder: EmbedderHandle;
  serving: ServingEmbedder;
  /** Shared with what reads documents: an upload's batch waits for one batch of this at most. */
  batches: OneAtATime;
  /** Told when the embedder has come to all passages. */
  onServing(embedder: Embedder): Promise<void>;
};

/** Without progress between them: an endpoint that is down for hours is waited for. */
const retriesMs = [5_000, 60_000, ...Array.from({ length: 18 }, () => 15 * 60_000)];

/** A search that finds by unfinished vectors sees new ones so often, in batches: each time costs it a look at the list of documents. */
const batchesUntilShown = 20;

/** The jobs that give every passage a vector of the embedder that is set. */
export function embedJobs(ports: EmbedPorts): JobWork {
  const { store, embedder } = ports;
  return {
    kind: 'embed',
    maxRunning: 1,
    subjectId: () => embedder.opened()?.id,
    work: (job, signal) => embedMissing(ports, job, signal),
    tell(error) {
      const isPassing = error instanceof PassingFault;
      return {
        code: 'embedding_failed',
        message: '',
        isFinal: false,
        ...(isPassing && { retryAfterMs: error.retryAfterMs }),
      };
    },
    retriesMs,
    failed: {
      event: 'embedding_failed',
      store: ({ hold, code, retryAt, at }) =>
        store.write.failEmbedding({ hold, code, at, ...(retryAt !== undefined && { retryAt }) }),
    },
  };
}

/** Rises with every change of what a search may find. */
const counter = z.number().default(0);

/** Each batch is stored as it is done and not done again. When nothing is missing, the embedder serves from one commit on, and the vectors of
 *  the one before are removed. */
async function embedMissing(ports: EmbedPorts, job: ClaimedJob, signal: AbortSignal): Promise<void> {
  const { store, clock, log } = ports;
  const hold = { jobId: job.jobId, fence: job.fence };
  const embedder = ports.embedder.opened();
  // Another was opened meanwhile, which is wanted from then on: this job is cancelled.
  if (embedder?.id !== job.subjectId) return;
  for (let made = 0; ; ) {
    const revision = counter.parse(await store.read.setting({ key: 'knowledge.revision' }));
    const more = await embedAll(ports, { hold, embedder }, signal);
    if (more === undefined) return;
    made += more;
    const end = await store.write.finishEmbedding({ hold, revision, at: clock.now() });
    if (end === 'lost') return;
    if (end === 'again') continue;
    log.info('embedding_done', { embedder: embedder.id, passages: made });
    await ports.onServing(embedder);
    return;
  }
}

type Embedding = { hold: { jobId: string; fence: number }; embedder: Embedder };

/** @returns how many vectors were made; undefined when the job is lost */
async function embedAll(
  ports: EmbedPorts,
  { hold, embedder }: Embedding,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { store, clock } = ports;
  let made = 0;
  for (let afterRowid = 0, batch = 1; ; batch++) {
    signal.throwIfAborted();
    const wanted = { embedder: embedder.id, afterRowid, limit: embeddedAtOnce };
    const passages = await store.scan.passagesWithoutVectors(wanted);
    const last = passages.at(-1);
    if (!last) return made;
    afterRowid = last.rowid;
    const isHeld = await ports.batches(async () => {
      signal.throwIfAborted();
      const vectors = await embedOrTell(ports.embedder, () => embedPassages(embedder, passages, signal), signal);
      made += vectors.length;
      ports.embedder.worked();
      const isShown = batch % batchesUntilShown === 0 && (await ports.serving.current())?.embedder === embedder;
      return store.write.storeMissingVectors({ hold, vectors, isShown, at: clock.now() });
    });
    if (!isHeld) return undefined;
  }
}

async function embedOrTell<Vectors>(
  handle: EmbedderHandle,
  work: () => Promise<Vectors>,
  signal: AbortSignal,
): Promise<Vectors> {
  try {
    return await work();
  } catch (error) {
    if (!signal.aborted) handle.fail(error);
    throw error;
  }
}

/** Rows of one removal: about 2 ms of the writer. */
const droppedAtOnce = 500;

/** Removes what embedders left that neither serve nor are wanted, in bites. */
export async function dropOldVectors({ store }: Pick<EmbedPorts, 'store'>, signal: AbortSignal): Promise<void> {
  for (let more = true; more && !signal.aborted; ) {
    ({ more } = await store.write.dropOldVectors({ maxRows: droppedAtOnce }));
  }
}
