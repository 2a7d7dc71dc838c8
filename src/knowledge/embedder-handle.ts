import type { Log } from '../log.ts';
import type { Embedder } from '../models/embedder.ts';

export type EmbedderState =
  | { state: 'loading' }
  | { state: 'ready'; id: string }
  /** `reason` is fit for everybody's eyes: no paths, no words of the system. */
  | { state: 'unavailable'; reason: string };

/** The embedder of this process, which may be on its way or may not exist: then search goes by words alone. */
export type EmbedderHandle = {
  state(): EmbedderState;
  /** Undefined unless ready. */
  current(): Embedder | undefined;
  /** Resolves once it is known whether there is one, or when the signal aborts. Never rejects. */
  settled(signal: AbortSignal): Promise<Embedder | undefined>;
  /** Gives it up until the next start: it broke. */
  fail(error: unknown): void;
  close(): Promise<void>;
};

/** Opens an embedder without holding anybody up. */
export function loadEmbedder(open: () => Promise<Embedder>, log: Log): EmbedderHandle {
  let state: EmbedderState = { state: 'loading' };
  let embedder: Embedder | undefined;
  let closed = false;

  function fail(error: unknown): void {
    if (state.state === 'unavailable' || closed) return;
    const reason = error instanceof Error ? error.message : String(error);
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message.split('\n')[0] : undefined;
    state = { state: 'unavailable', reason };
    const broken = embedder;
    embedder = undefined;
    void closeBroken(broken);
    log.warn('embedder_unavailable', { reason, ...(cause !== undefined && { cause }) });
  }

  /** What is broken may not close either, which changes nothing. */
  async function closeBroken(broken: Embedder | undefined): Promise<void> {
    try {
      await broken?.close();
    } catch (error) {
      log.debug('embedder_close_failed', { reason: String(error) });
    }
  }

  async function load(): Promise<void> {
    try {
      const made = await open();
      if (closed) return await made.close();
      embedder = made;
      state = { state: 'ready', id: made.id };
      log.info('embedder_ready', { embedder: made.id });
    } catch (error) {
      fail(error);
    }
  }
  const loaded = load();

  return {
    state: () => state,
    current: () => embedder,
    async settled(signal) {
      await Promise.race([loaded, aborted(signal)]);
      return embedder;
    },
    fail,
    async close() {
      // One that is still on its way is closed when it arrives; nobody waits for that.
      closed = true;
      await embedder?.close();
      embedder = undefined;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
