import type { SessionEvent } from '../../src/contract/events.ts';
import { fold, foldHistory, foldSnapshot, type KnownTurns, type SessionView } from '../../src/contract/fold.ts';
import type { Session } from '../../src/contract/sessions.ts';
import { backoffMs } from '../api/backoff.ts';
import { type ApiError, asApiError } from '../api/errors.ts';
import type { Feed } from '../api/feed.ts';
import type { FeedMessage } from '../api/feed-messages.ts';
import { fetchEventsBefore, fetchSnapshot } from '../api/sessions.ts';
import { firstMissingBelow } from './history-gap.ts';

export type SessionState = {
  phase: 'loading' | 'ready' | 'failed';
  session?: Session;
  view?: SessionView;
  error?: ApiError;
  older: { more: boolean; loading: boolean; error?: ApiError };
};

/** One open session: the snapshot, then nothing but `fold` over the feed's events. Subscribers hear at most once a frame. */
export class SessionStore {
  private readonly sessionId: string;
  private readonly feed: Feed;
  private readonly listeners = new Set<() => void>();
  private readonly events = new Map<number, SessionEvent>();
  private readonly known: KnownTurns = new Map();
  private state: SessionState = { phase: 'loading', older: { more: false, loading: false } };
  private shown: SessionState = this.state;
  private abort = new AbortController();
  private loading = false;
  private reloads = 0;
  private frame: (() => void) | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(sessionId: string, feed: Feed) {
    this.sessionId = sessionId;
    this.feed = feed;
  }

  /** Answers what closes it; it may be opened again. */
  open = (): (() => void) => {
    this.abort = new AbortController();
    this.loading = false;
    const unhear = this.feed.onMessage((message) => this.hear(message));
    void this.load();
    return () => {
      unhear();
      this.close();
    };
  };

  getState = (): SessionState => this.shown;
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Loads the snapshot, at first and after a gap. What is on the page stays until it is there. */
  load = async (): Promise<void> => {
    if (this.loading) return;
    this.loading = true;
    clearTimeout(this.retry);
    const { signal } = this.abort;
    try {
      const snapshot = await fetchSnapshot(this.sessionId, signal);
      if (signal.aborted) return;
      for (const event of snapshot.events) this.events.set(event.seq, event);
      const newest = foldSnapshot(snapshot);
      const view = foldHistory(newest, this.events.values(), this.known);
      const more = firstMissingBelow(this.events, view.seq) > 0 && snapshot.has_more;
      const { session } = snapshot;
      this.put({ phase: 'ready', session, view, older: { more, loading: false } });
      this.feed.want(this.sessionId, snapshot.cursor);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asApiError(thrown);
      const have = this.state.view !== undefined && error.status !== 404;
      this.put({ ...this.state, phase: have ? 'ready' : 'failed', error });
      if (error.passing) this.again(error.retryAfterMs);
    } finally {
      if (!signal.aborted) this.loading = false;
    }
  };

  loadOlder = async (): Promise<void> => {
    const { view, older } = this.state;
    if (!view || older.loading || !older.more) return;
    this.put({ ...this.state, older: { more: true, loading: true } });
    try {
      const before = firstMissingBelow(this.events, view.seq) + 1;
      const page = await fetchEventsBefore(this.sessionId, before, this.abort.signal);
      for (const event of page.events) this.events.set(event.seq, event);
      const now = this.state.view ?? view;
      const more = page.has_more && page.events.length > 0;
      this.put({
        ...this.state,
        view: foldHistory(now, this.events.values(), this.known),
        older: { more, loading: false },
      });
    } catch (thrown) {
      if (this.abort.signal.aborted) return;
      this.put({ ...this.state, older: { more: true, loading: false, error: asApiError(thrown) } });
    }
  };

  private close(): void {
    this.abort.abort();
    clearTimeout(this.retry);
    this.frame?.();
    this.frame = undefined;
    this.feed.unwant(this.sessionId);
  }

  private hear(message: FeedMessage): void {
    if (message.kind === 'reset' && message.sessionId === this.sessionId) this.again();
    if (message.kind === 'gone' && message.sessionId === this.sessionId) void this.load();
    if (message.kind !== 'event' || message.sessionId !== this.sessionId) return;
    const view = this.state.view;
    if (!view || this.loading) return;
    const folded = fold(view, message.event);
    if (folded.outcome === 'gap') {
      this.again();
      return;
    }
    this.reloads = 0;
    this.feed.follow(this.sessionId, message.cursor);
    if (message.event.type !== 'text_delta') this.events.set(message.event.seq, message.event);
    if (folded.outcome === 'applied') this.put({ ...this.state, view: folded.view });
  }

  private again(askedMs?: number): void {
    clearTimeout(this.retry);
    const pause =
      this.reloads === 0 && askedMs === undefined
        ? 0
        : backoffMs(this.reloads, { firstMs: 500, mostMs: 15_000, askedMs });
    this.reloads += 1;
    this.retry = setTimeout(() => void this.load(), pause);
  }

  private put(state: SessionState): void {
    this.state = state;
    this.frame ??= onNextFrame(() => {
      this.frame = undefined;
      this.shown = this.state;
      for (const listener of this.listeners) listener();
    });
  }
}

/** A hidden page draws no frames, yet must be right when it is looked at. Answers a function that calls it off. */
function onNextFrame(run: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(run, 200);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(run);
  return () => cancelAnimationFrame(frame);
}
