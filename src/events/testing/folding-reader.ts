import { setTimeout as pause } from 'node:timers/promises';
import type { StreamedEvent } from '../../contract/events.ts';
import { emptyView, fold, type SessionView } from '../../contract/fold.ts';
import { type Cursor, parseCursor } from '../cursor.ts';
import type { EventFeed } from '../event-feed.ts';

/** A place from which a stream goes on, and what somebody who read so far sees. */
export type Place = { cursor: Cursor; view: SessionView };

const theBeginning: Place = { cursor: { seq: 0 }, view: emptyView };

/** A reader of a feed that folds what it is given, each of which must be the next, and remembers its view at every cursor it was sent. */
export class FoldingReader {
  view: SessionView;
  readonly places: Place[] = [];
  readonly types = new Set<StreamedEvent['type']>();
  /** Whatever was not the next event, and resets and failures. */
  readonly faults: string[] = [];
  readonly leave: () => void;

  constructor(feed: EventFeed, read: { sessionId: string; userId: string }, from: Place = theBeginning) {
    this.view = from.view;
    this.leave = feed.follow(read, from.cursor, {
      event: (event, cursor) => this.#apply(event, cursor),
      reset: (seq) => this.faults.push(`reset to ${seq}`),
      failed: (error) => this.faults.push(String(error)),
    });
  }

  /** Waits until the view is as told, or something is wrong; then whoever asked compares. */
  async until(condition: (view: SessionView) => boolean): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (!condition(this.view) && this.faults.length === 0 && performance.now() < deadline) await pause(1);
  }

  #apply(event: StreamedEvent, cursor: string): void {
    const folded = fold(this.view, event);
    if (folded.outcome !== 'applied') this.faults.push(`${folded.outcome}: ${JSON.stringify(event)}`);
    this.view = folded.view;
    this.types.add(event.type);
    const parsed = parseCursor(cursor);
    if (parsed) this.places.push({ cursor: parsed, view: this.view });
    else this.faults.push(`a cursor that cannot be read: ${cursor}`);
  }
}
