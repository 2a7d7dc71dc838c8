import { delay } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { PassingFault } from '../../models/embedder.ts';

export type ModelState =
  | { state: 'loading' }
  | { state: 'ready'; id: string }
  /** `reason` is fit for everybody's eyes: no paths, no words of the system. */
  | { state: 'unavailable'; reason: string };

type Closable = { readonly id: string; close(): Promise<void> };

/** A model of this process, which may be on its way, may not exist, or may not answer for a while. */
export type ModelHandle<Model extends Closable> = {
  state(): ModelState;
  /** For somebody who waits: undefined unless ready. */
  current(): Model | undefined;
  /** For work that can wait: also while it does not answer. */
  opened(): Model | undefined;
  /** Resolves with what is opened once it is known whether there is one, or when the signal aborts. Never rejects. */
  settled(signal: AbortSignal): Promise<Model | undefined>;
  /** Says that it did not do its work. After a `PassingFault` it is tried until it answers again; after another error it is given up until the
   *  next start. */
  fail(error: unknown): void;
  /** Says that it did its work: whoever waits may use it again. */
  worked(): void;
  close(): Promise<void>;
};

export type ModelHandleOptions<Model> = {
  open: () => Promise<Model>;
  log: Log;
  /** How its events in the log begin: `embedder`, `reranker`. */
  what: string;
  /** Told each time that one is opened. */
  onOpened?: ((model: Model) => void) | undefined;
  /** Before each time that a model which did not answer is opened anew; the last goes on for ever. */
  retryAfterMs?: readonly number[] | undefined;
};

const usualRetriesMs = [2_000, 5_000, 15_000, 30_000];

/** Opens a model without holding anybody up. */
export function loadModel<Model extends Closable>(options: ModelHandleOptions<Model>): ModelHandle<Model> {
  const { log, what, retryAfterMs = usualRetriesMs } = options;
  const closing = new AbortController();
  let state: ModelState = { state: 'loading' };
  let model: Model | undefined;
  let isTrying = true;

  async function tryLater(): Promise<void> {
    await delay(retryAfterMs[0] ?? 0, closing.signal);
    await tryToOpen();
  }

  /** Ends with a model that answers, or with a fault that does not pass. */
  async function tryToOpen(): Promise<void> {
    for (let retry = 0; !closing.signal.aborted; retry++) {
      const fault = await openOnce();
      if (fault === undefined) break;
      firstTry.resolve();
      if (!(fault instanceof PassingFault)) break;
      await delay(retryAfterMs[Math.min(retry, retryAfterMs.length - 1)] ?? 0, closing.signal);
    }
    isTrying = false;
    firstTry.resolve();
  }

  /** @returns what kept it from opening */
  async function openOnce(): Promise<unknown> {
    let made: Model;
    try {
      made = await options.open();
    } catch (error) {
      tellUnavailable(error);
      return error ?? new Error('nothing was opened');
    }
    if (closing.signal.aborted) await closeQuietly(made);
    else take(made);
    return undefined;
  }

  function take(made: Model): void {
    const before = model;
    // Work may be under way with the one before; only another one replaces it.
    if (before?.id === made.id) void closeQuietly(made);
    else {
      model = made;
      void closeQuietly(before);
    }
    state = { state: 'ready', id: made.id };
    log.info(`${what}_ready`, { [what]: made.id });
    options.onOpened?.(model ?? made);
  }

  function tellUnavailable(error: unknown): void {
    if (closing.signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message.split('\n')[0] : undefined;
    const isNew = state.state !== 'unavailable' || state.reason !== reason;
    state = { state: 'unavailable', reason };
    if (isNew) log.warn(`${what}_unavailable`, { reason, ...(cause !== undefined && { cause }) });
  }

  /** What is broken may not close either, which changes nothing. */
  async function closeQuietly(broken: Model | undefined): Promise<void> {
    try {
      await broken?.close();
    } catch (error) {
      log.debug(`${what}_close_failed`, { reason: String(error) });
    }
  }

  const firstTry = Promise.withResolvers<void>();
  void tryToOpen();

  return {
    state: () => state,
    current: () => (state.state === 'ready' ? model : undefined),
    opened: () => model,
    async settled(signal) {
      await Promise.race([firstTry.promise, aborted(signal)]);
      return model;
    },
    fail(error) {
      if (closing.signal.aborted || !model) return;
      tellUnavailable(error);
      if (!(error instanceof PassingFault)) {
        const broken = model;
        model = undefined;
        void closeQuietly(broken);
      } else if (!isTrying) {
        isTrying = true;
        void tryLater();
      }
    },
    worked() {
      if (model && state.state === 'unavailable') state = { state: 'ready', id: model.id };
    },
    async close() {
      // One that is still on its way is closed when it arrives; nobody waits for that.
      closing.abort(new Error('the server is stopping'));
      const last = model;
      model = undefined;
      await last?.close();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
