import { backoffMs } from './backoff.ts';
import { type Frame, openEventStream, type StreamEnd } from './event-stream.ts';

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'refused';

export type LiveStreamOptions = {
  /** Asked at each connection, so that it can name where to go on. */
  url(): string;
  onFrame(frame: Frame): void;
  onState(state: LiveState, end?: StreamEnd): void;
  /** A fresh connection after none: whatever is not resumed by position must be asked for again. */
  onConnected?(): void;
  onAlive?(): void;
};

/** Heartbeats come every 15 s at most; a feed silent for longer is dead, and must be shown so within 20 s. */
const silenceMs = 18_000;
/** One heartbeat is missing: a machine that slept finds its connection so. */
const staleMs = 12_000;

/** Keeps one server-sent stream alive: reconnects with back-off, notices a dead connection, and can move to another address without a gap. */
export class LiveStream {
  private readonly options: LiveStreamOptions;
  private current: { close(): void } | undefined;
  private replaced: { close(): void } | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;
  private state: LiveState = 'connecting';
  private closed = false;
  private lastAliveMs = Date.now();
  /** Somebody looks at the page again, or the network is back: no reason to wait for a timer. */
  private readonly wake = () => {
    if (globalThis.document?.hidden || this.state === 'refused') return;
    if (!this.current) this.open();
    else if (this.state === 'live' && Date.now() - this.lastAliveMs > staleMs) this.restart();
  };
  private readonly lose = () => {
    this.current?.close();
    if (this.current) this.ended({ reason: 'cut' });
  };

  constructor(options: LiveStreamOptions) {
    this.options = options;
    globalThis.addEventListener?.('online', this.wake);
    globalThis.addEventListener?.('offline', this.lose);
    globalThis.document?.addEventListener('visibilitychange', this.wake);
    this.open();
  }

  /** Opens the stream anew at `url()`. The old one goes on until the first bytes of the new one, so nothing falls between. */
  restart(): void {
    if (this.closed) return;
    this.replaced?.close();
    this.replaced = this.state === 'live' ? this.current : undefined;
    if (!this.replaced) this.current?.close();
    this.current = undefined;
    this.open();
  }

  close(): void {
    this.closed = true;
    globalThis.removeEventListener?.('online', this.wake);
    globalThis.removeEventListener?.('offline', this.lose);
    globalThis.document?.removeEventListener('visibilitychange', this.wake);
    clearTimeout(this.retry);
    this.replaced?.close();
    this.current?.close();
  }

  private open(): void {
    clearTimeout(this.retry);
    let first = true;
    const stream = openEventStream(
      this.options.url(),
      {
        onAlive: () => {
          this.lastAliveMs = Date.now();
          if (first) {
            first = false;
            this.arrived();
          }
          this.options.onAlive?.();
        },
        onFrame: (frame) => this.options.onFrame(frame),
        onEnd: (end) => {
          if (this.current === stream) this.ended(end);
        },
      },
      silenceMs,
    );
    this.current = stream;
  }

  private arrived(): void {
    this.tries = 0;
    const resumed = this.replaced !== undefined;
    this.replaced?.close();
    this.replaced = undefined;
    this.show('live');
    if (!resumed) this.options.onConnected?.();
  }

  private ended(end: StreamEnd): void {
    this.current = undefined;
    this.replaced?.close();
    this.replaced = undefined;
    if (this.closed) return;
    if (end.reason === 'refused' && !end.error.passing) {
      this.show('refused', end);
      return;
    }
    this.show('reconnecting', end);
    const askedMs = end.reason === 'refused' ? end.error.retryAfterMs : undefined;
    this.retry = setTimeout(() => this.open(), backoffMs(this.tries, { firstMs: 400, mostMs: 10_000, askedMs }));
    this.tries += 1;
  }

  private show(state: LiveState, end?: StreamEnd): void {
    this.state = state;
    this.options.onState(state, end);
  }
}
