import assert from 'node:assert/strict';
import type { StreamedEvent } from '../src/contract/events.ts';
import { emptyView, fold, type SessionView } from '../src/contract/fold.ts';

/** The view after these events, each of which must be the next one: none skipped, none seen before. */
export function foldStrictly(view: SessionView, events: Iterable<StreamedEvent>): SessionView {
  let folded = view;
  for (const event of events) {
    const step = fold(folded, event);
    assert.deepEqual({ outcome: step.outcome, event }, { outcome: 'applied', event });
    folded = step.view;
  }
  return folded;
}

/** What a session looks like after a stream from its beginning. */
export const foldFromStart = (events: Iterable<StreamedEvent>): SessionView => foldStrictly(emptyView, events);
