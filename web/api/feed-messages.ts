import { z } from 'zod';
import { type StreamedEvent, sessionEvent, textDelta } from '../../src/contract/events.ts';
import { feedGone, feedRow, reset } from '../../src/contract/feed.ts';
import type { SessionRow } from '../../src/contract/sessions.ts';
import type { Frame } from './event-stream.ts';

/** What the feed tells every tab. */
export type FeedMessage =
  | { kind: 'event'; sessionId: string; cursor: string; event: StreamedEvent }
  | { kind: 'row'; row: SessionRow }
  | { kind: 'gone'; sessionId: string }
  | { kind: 'reset'; sessionId: string }
  /** What others share with this person is another than before. */
  | { kind: 'shared' }
  | { kind: 'knowledge' }
  /** What administrators set for every page. */
  | { kind: 'settings' }
  | { kind: 'connected' };

const carried = z.looseObject({ cursor: z.string() });

/** A frame of `GET /api/feed` as a message; undefined for the opening frame, and for one this version does not know. */
export function messageOf(frame: Frame): FeedMessage | undefined {
  if (frame.data === '') return undefined;
  const data = json(frame.data);
  switch (frame.event) {
    case '':
    case 'message': {
      const position = carried.safeParse(data);
      if (!position.success) return undefined;
      const { cursor, ...rest } = position.data;
      const event = rest['type'] === 'text_delta' ? textDelta.safeParse(rest) : sessionEvent.safeParse(rest);
      if (!event.success) return undefined;
      return { kind: 'event', sessionId: event.data.session_id, cursor, event: event.data };
    }
    case 'row': {
      const row = feedRow.safeParse(data);
      return row.success ? { kind: 'row', row: row.data } : undefined;
    }
    case 'gone': {
      const gone = feedGone.safeParse(data);
      return gone.success ? { kind: 'gone', sessionId: gone.data.session_id } : undefined;
    }
    case 'reset': {
      const again = reset.safeParse(data);
      return again.success ? { kind: 'reset', sessionId: again.data.session_id } : undefined;
    }
    case 'shared':
      return { kind: 'shared' };
    case 'corpora':
      return { kind: 'knowledge' };
    case 'settings':
      return { kind: 'settings' };
    default:
      return undefined;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
