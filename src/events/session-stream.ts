import type { SseConnection } from '../http/sse.ts';
import { type Cursor, formatCursor } from './cursor.ts';
import type { EventFeed } from './event-feed.ts';
import type { ReadPorts } from './read-session.ts';
import type { Reader } from './reader.ts';
import { watchAccess } from './watch-access.ts';

export type StreamPorts = ReadPorts & {
  feed: EventFeed;
};

/** One session's events on one connection: replay, then live. An unknown cursor is answered by `reset`. */
export function streamSession(
  ports: StreamPorts,
  reader: Reader,
  sessionId: string,
  cursor: Cursor | undefined,
  connection: SseConnection,
): void {
  const from = cursor ?? { seq: Number.MAX_SAFE_INTEGER };
  connection.send({ id: cursor ? formatCursor(cursor) : '0' });
  const leave = ports.feed.follow({ sessionId, userId: reader.userId }, from, {
    event: (_event, id, json) => connection.send({ id, json: json.plain() }),
    room: () => connection.room(),
    reset: (seq) => connection.send({ id: String(seq), event: 'reset', data: { session_id: sessionId, seq } }),
    failed: () => connection.end(),
  });
  const unwatch = watchAccess(connection, async () => {
    const member = await ports.store.read.memberSession({ sessionId, userId: reader.userId });
    return member !== undefined && (await reader.isLive());
  });
  connection.closed.addEventListener('abort', () => {
    leave();
    unwatch();
  });
}
