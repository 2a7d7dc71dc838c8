import type { Actor } from '../access/actor.ts';
import type { SseConnection } from '../http/sse.ts';
import { type Cursor, formatCursor } from './cursor.ts';
import type { EventFeed } from './event-feed.ts';
import type { ReadPorts } from './read-session.ts';
import { watchAccess } from './watch-access.ts';

export type StreamPorts = ReadPorts & {
  feed: EventFeed;
  /** Whether this login may still act. */
  isLive(actor: Actor): Promise<boolean>;
};

/** One session's events on one connection: replay, then live. An unknown cursor is answered by `reset`. */
export function streamSession(
  ports: StreamPorts,
  actor: Actor,
  sessionId: string,
  cursor: Cursor | undefined,
  connection: SseConnection,
): void {
  const from = cursor ?? { seq: Number.MAX_SAFE_INTEGER };
  connection.send({ id: cursor ? formatCursor(cursor) : '0' });
  const leave = ports.feed.follow(sessionId, from, {
    event: (event, id) => connection.send({ id, data: event }),
    reset: (seq) => connection.send({ id: String(seq), event: 'reset', data: { session_id: sessionId, seq } }),
    failed: () => connection.end(),
  });
  const unwatch = watchAccess(connection, async () => {
    const member = await ports.store.read.memberSession({ sessionId, userId: actor.userId });
    return member !== undefined && (await ports.isLive(actor));
  });
  connection.closed.addEventListener('abort', () => {
    leave();
    unwatch();
  });
}
