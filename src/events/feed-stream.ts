import type { SessionRow } from '../contract/sessions.ts';
import type { SseConnection } from '../http/sse.ts';
import { isUuid } from '../ids.ts';
import type { SessionRecord } from '../store/queries/session-rows.ts';
import { parseCursor } from './cursor.ts';
import type { Reader } from './reader.ts';
import type { RowFeed } from './row-feed.ts';
import type { StreamPorts } from './session-stream.ts';
import { watchAccess } from './watch-access.ts';

export type FeedPorts = StreamPorts & {
  rows: RowFeed;
  toSessionRow(record: SessionRecord): SessionRow;
};

/** A list's rows change at most this often on one connection. */
const rowIntervalMs = 250;

/** Everything one browser needs: rows of the actor's list as they change, and the events of the sessions it looks at. */
export async function streamFeed(
  ports: FeedPorts,
  reader: Reader,
  wanted: readonly { sessionId: string; cursor: string }[],
  connection: SseConnection,
): Promise<void> {
  const { store } = ports;
  const cleanups: (() => void)[] = [];
  connection.closed.addEventListener('abort', () => {
    for (const each of cleanups) each();
  });
  connection.send({ id: '0' });
  cleanups.push(followRows(ports, reader, connection));
  cleanups.push(
    store.onCommit((topics) => {
      if (topics.includes('knowledge')) connection.send({ event: 'corpora', data: {} });
    }),
  );

  const leaves = new Map<string, () => void>();
  cleanups.push(() => {
    for (const leave of leaves.values()) leave();
  });
  const drop = (sessionId: string) => {
    leaves.get(sessionId)?.();
    leaves.delete(sessionId);
    connection.send({ event: 'gone', data: { session_id: sessionId } });
  };
  cleanups.push(
    watchAccess(connection, async () => {
      for (const sessionId of leaves.keys()) {
        if (!(await store.read.memberSession({ sessionId, userId: reader.userId }))) drop(sessionId);
      }
      return reader.isLive();
    }),
  );
  for (const { sessionId, cursor } of wanted) {
    const session = isUuid(sessionId) && (await store.read.memberSession({ sessionId, userId: reader.userId }));
    if (connection.closed.aborted) return;
    if (!session) drop(sessionId);
    else leaves.set(sessionId, followSession(ports, { sessionId, userId: reader.userId }, cursor, connection));
  }
}

function followSession(
  ports: FeedPorts,
  read: { sessionId: string; userId: string },
  cursor: string,
  connection: SseConnection,
): () => void {
  return ports.feed.follow(read, parseCursor(cursor) ?? { seq: Number.MAX_SAFE_INTEGER }, {
    event: (_event, at, json) => connection.send({ json: json.withCursor(at) }),
    room: () => connection.room(),
    reset: (seq) => connection.send({ event: 'reset', data: { session_id: read.sessionId, seq } }),
    failed: () => connection.end(),
  });
}

/** Sends the newest state of each changed session of the actor, bundled. */
function followRows(ports: FeedPorts, reader: Reader, connection: SseConnection): () => void {
  const changed = new Map<string, SessionRecord>();
  let timer: NodeJS.Timeout | undefined;

  async function send(): Promise<void> {
    timer = undefined;
    const records = [...changed.values()];
    changed.clear();
    const sessionIds = records.map((record) => record.session_id);
    const mine = new Set(await ports.store.read.membershipsAmong({ userId: reader.userId, sessionIds }));
    for (const record of records) {
      if (!mine.has(record.session_id)) continue;
      if (record.deleted_at) connection.send({ event: 'gone', data: { session_id: record.session_id } });
      else connection.send({ event: 'row', data: ports.toSessionRow(record) });
    }
  }

  const unfollow = ports.rows.follow((records) => {
    for (const record of records) changed.set(record.session_id, record);
    timer ??= setTimeout(() => void send().catch(() => connection.end()), rowIntervalMs);
  });
  return () => {
    clearTimeout(timer);
    unfollow();
  };
}
