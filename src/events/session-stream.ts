import type { SseConnection } from '../http/sse.ts';
import type { MemberRecord } from '../store/queries/session-rows.ts';
import { type Cursor, formatCursor } from './cursor.ts';
import { type FollowPorts, followWhileMember } from './follow-while-member.ts';
import type { ReadPorts } from './read-session.ts';
import type { Reader } from './reader.ts';
import { watchAccess } from './watch-access.ts';

export type StreamPorts = ReadPorts & FollowPorts;

/** One session's events on one connection: replay, then live. An unknown cursor is answered by `reset`. */
export function streamSession(
  ports: StreamPorts,
  reader: Reader,
  session: MemberRecord,
  cursor: Cursor | undefined,
  connection: SseConnection,
): void {
  const from = cursor ?? { seq: Number.MAX_SAFE_INTEGER };
  const sessionId = session.session_id;
  connection.send({ id: cursor ? formatCursor(cursor) : '0' });
  const leave = followWhileMember(ports, { session, userId: reader.userId }, from, {
    event: (_event, id, json) => connection.send({ id, json: json.plain() }),
    room: () => connection.room(),
    reset: (seq) => connection.send({ id: String(seq), event: 'reset', data: { session_id: sessionId, seq } }),
    failed: () => connection.end(),
    ended: () => connection.end(),
  });
  const unwatch = watchAccess(connection, () => reader.isLive());
  connection.closed.addEventListener('abort', () => {
    leave();
    unwatch();
  });
}
