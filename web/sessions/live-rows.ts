import type { SessionRow } from '../../src/contract/sessions.ts';
import type { FeedMessage } from '../api/feed-messages.ts';

/** Rows that came by the feed since the page was opened, newest revision of each, and the sessions that left. */
export type LiveRowsState = { rows: ReadonlyMap<string, SessionRow>; gone: ReadonlySet<string> };

export class LiveRows {
  private state: LiveRowsState = { rows: new Map(), gone: new Set() };
  private readonly listeners = new Set<() => void>();

  getState = (): LiveRowsState => this.state;
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  hear(message: FeedMessage): void {
    if (message.kind === 'row') this.put(message.row);
    if (message.kind === 'gone') this.drop(message.sessionId);
  }

  /** A session this tab just deleted leaves the list without waiting for the feed. */
  drop(sessionId: string): void {
    const rows = new Map(this.state.rows);
    rows.delete(sessionId);
    this.set({ rows, gone: new Set([...this.state.gone, sessionId]) });
  }

  /** Rows of sessions that others own: they may be shared no more. */
  forgetShared(): void {
    const own = [...this.state.rows].filter(([, row]) => (row.sharing?.access ?? 'owner') === 'owner');
    this.set({ rows: new Map(own), gone: this.state.gone });
  }

  /** Sessions that left, and are shown again if a list that was fetched since has them. */
  readmit(sessionIds: ReadonlySet<string>): void {
    this.set({ rows: this.state.rows, gone: new Set([...this.state.gone].filter((id) => !sessionIds.has(id))) });
  }

  private put(row: SessionRow): void {
    const known = this.state.rows.get(row.session_id);
    if (known && known.rev >= row.rev) return;
    const gone = new Set(this.state.gone);
    gone.delete(row.session_id);
    this.set({ rows: new Map([...this.state.rows, [row.session_id, row]]), gone });
  }

  private set(state: LiveRowsState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

/** The list to show: fetched pages and live rows joined by the higher revision, newest activity first. With `onlyFetched` (a search) a live row may change a line but not add one. */
export function mergeRows(fetched: readonly SessionRow[], live: LiveRowsState, onlyFetched: boolean): SessionRow[] {
  const byId = new Map<string, SessionRow>();
  for (const row of fetched) {
    const other = byId.get(row.session_id);
    if (!other || row.rev > other.rev) byId.set(row.session_id, row);
  }
  for (const row of live.rows.values()) {
    const other = byId.get(row.session_id);
    if (other ? row.rev > other.rev : !onlyFetched) byId.set(row.session_id, row);
  }
  for (const id of live.gone) byId.delete(id);
  return [...byId.values()].toSorted(newestFirst);
}

function newestFirst(a: SessionRow, b: SessionRow): number {
  if (a.last_activity !== b.last_activity) return a.last_activity < b.last_activity ? 1 : -1;
  return a.session_id < b.session_id ? 1 : -1;
}
