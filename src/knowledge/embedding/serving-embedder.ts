import { z } from 'zod';
import type { ServerStatus } from '../../contract/feed.ts';
import type { Log } from '../../log.ts';
import type { Embedder } from '../../models/embedder.ts';
import { shareResult } from '../../share-result.ts';
import type { Store } from '../../store/store.ts';
import { type EmbedderHandle, loadEmbedder } from './embedder-handle.ts';

/** What opens an embedder again when another is set; holds no secret. */
export type EmbedderRecipe = Readonly<Record<string, unknown>>;

/** The embedder that is set on this server. */
export type EmbedderSource = { name: string; recipe: EmbedderRecipe };

/** Opens an embedder that was set before; undefined when this server cannot. */
export type ReopenEmbedder = (recipe: EmbedderRecipe) => (() => Promise<Embedder>) | undefined;

/** With what a question is embedded now. */
export type Searching = { embedder: Embedder; handle: EmbedderHandle; mode: 'hybrid' | 'partial' };

/** Knows whose vectors a search uses: those of the embedder that is set, or while it takes over those of the one before. */
export type ServingEmbedder = {
  /** Undefined: a search goes by words alone. */
  current(): Promise<Searching | undefined>;
  /** The embedder that still serves and is not the one that is set, with its handle. */
  before(): Promise<Omit<Searching, 'mode'> | undefined>;
  /** Resolves once it is known whether what serves can be opened, or when the signal aborts. */
  settled(signal: AbortSignal): Promise<void>;
  status(): Promise<Pick<ServerStatus, 'mode' | 'embedding'>>;
  close(): Promise<void>;
};

const stored = z.object({ id: z.string(), name: z.string(), recipe: z.record(z.string(), z.unknown()) });
const storedEmbedding = z.object({ serving: stored, target: stored }).optional();
const embeddingKey = 'knowledge.embedding';

/** Below this share of the passages the words alone find better: the few that have vectors would take the places of what fits. */
const leastShare = 0.5;
/** Counting reads an index through; pages ask again and again. */
const countAgainMs = 1_000;

export function createServingEmbedder(ports: {
  store: Pick<Store, 'read' | 'scan'>;
  log: Log;
  /** The embedder that is set. */
  own: EmbedderHandle;
  source?: EmbedderSource | undefined;
  reopen?: ReopenEmbedder | undefined;
}): ServingEmbedder {
  const { store, log, own, source } = ports;
  let other: { id: string; handle: EmbedderHandle } | undefined;
  let counted: { id: string; count: () => Promise<{ done: number; total: number }> } | undefined;

  async function embedding() {
    return storedEmbedding.parse(await store.read.setting({ key: embeddingKey }));
  }

  /** Opened once, and closed when it serves no more. */
  function otherFor(serving: z.infer<typeof stored>): EmbedderHandle | undefined {
    const isOwn = own.opened()?.id === serving.id || JSON.stringify(source?.recipe) === JSON.stringify(serving.recipe);
    if (other && (isOwn || other.id !== serving.id)) {
      void other.handle.close();
      other = undefined;
    }
    if (isOwn) return undefined;
    const open = ports.reopen?.(serving.recipe);
    if (!other && open) other = { id: serving.id, handle: loadEmbedder(() => openAs(serving.id, open), log) };
    return other?.handle;
  }

  function progressOf(id: string): Promise<{ done: number; total: number }> {
    if (counted?.id !== id) {
      // A store that cannot be read is told elsewhere.
      const count = () => store.scan.embeddingProgress({ embedder: id }).catch(() => ({ done: 0, total: 0 }));
      counted = { id, count: shareResult(countAgainMs, count) };
    }
    return counted.count();
  }

  async function current(): Promise<Searching | undefined> {
    const whose = await embedding();
    const mine = own.current();
    if (!whose || own.opened()?.id === whose.serving.id) {
      if (whose) otherFor(whose.serving);
      return mine && { embedder: mine, handle: own, mode: 'hybrid' };
    }
    const handle = otherFor(whose.serving);
    const embedder = handle?.current();
    if (handle && embedder) return { embedder, handle, mode: 'hybrid' };
    if (!mine || mine.id !== whose.target.id) return undefined;
    const { done, total } = await progressOf(mine.id);
    return done >= total * leastShare ? { embedder: mine, handle: own, mode: 'partial' } : undefined;
  }

  return {
    current,
    async before() {
      const whose = await embedding();
      const handle = whose && otherFor(whose.serving);
      const embedder = handle?.current();
      return handle && embedder && { embedder, handle };
    },
    async settled(signal) {
      await own.settled(signal);
      await current();
      await other?.handle.settled(signal);
    },
    async status() {
      const whose = await embedding();
      const wanted = own.opened()?.id ?? whose?.target.id;
      const progress = wanted === undefined ? undefined : await progressOf(wanted);
      const isWhole = !progress || (progress.done >= progress.total && whose?.serving.id === whose?.target.id);
      return { mode: (await current())?.mode ?? 'lexical', embedding: isWhole ? null : progress };
    },
    async close() {
      await other?.handle.close();
    },
  };
}

/** A folder or an endpoint may hold another model by now, whose vectors are not comparable. */
async function openAs(id: string, open: () => Promise<Embedder>): Promise<Embedder> {
  const embedder = await open();
  if (embedder.id === id) return embedder;
  await embedder.close();
  throw new Error('The embedder that made the vectors is not what it was.');
}
