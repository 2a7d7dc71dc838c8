import type { SessionRow } from '../contract/sessions.ts';
import type { SseConnection } from '../http/sse.ts';
import { isUuid } from '../ids.ts';
import type { MemberRecord, SessionRecord } from '../store/queries/session-rows.ts';
import { parseCursor } from './cursor.ts';
import { followWhileMember } from './follow-while-member.ts';
import type { Reader } from './reader.ts';
import type { RowFeed } from './row-feed.ts';
import type { StreamPorts } from './session-stream.ts';
import { tellShared } from './tell-shared.ts';
import { watchAccess } from './watch-access.ts';

export type FeedPorts = StreamPorts & {
  rows: RowFeed;
  /** Rows of sessions as a member of each sees them. */
  rowsFor(userId: string, records: readonly SessionRecord[]): Promise<SessionRow[]>;
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
      if (topics.includes('settings')) connection.send({ event: 'settings', data: {} });
    }),
  );

  const leaves = new Map<string, () => void>();
  cleanups.push(() => {
    for (const leave of leaves.values()) leave();
  });
  const drop = (sessionId: string) => {
    leaves.delete(sessionId);
    connection.send({ event: 'gone', data: { session_id: sessionId } });
  };
  cleanups.push(watchAccess(connection, () => reader.isLive()));
  cleanups.push(tellShared(store, reader.userId, connection));
  for (const { sessionId, cursor } of wanted) {
    const session = isUuid(sessionId) && (await store.read.memberSession({ sessionId, userId: reader.userId }));
    if (connection.closed.aborted) return;
    if (!session) drop(sessionId);
    else {
      const ended = () => drop(sessionId);
      leaves.set(sessionId, followSession(ports, { session, userId: reader.userId }, { cursor, connection, ended }));
    }
  }
}

function followSession(
  ports: FeedPorts,
  read: { session: MemberRecord; userId: string },
  { cursor, connection, ended }: { cursor: string; connection: SseConnection; ended(): void },
): () => void {
  const { session_id } = read.session;
  return followWhileMember(ports, read, parseCursor(cursor) ?? { seq: Number.MAX_SAFE_INTEGER }, {
    event: (_event, at, json) => connection.send({ json: json.withCursor(at) }),
    room: () => connection.room(),
    reset: (seq) => connection.send({ event: 'reset', data: { session_id, seq } }),
    failed: () => connection.end(),
    ended,
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
    const rows = await ports.rowsFor(reader.userId, records);
    const deleted = new Set(records.filter((record) => record.deleted_at).map((record) => record.session_id));
    for (const row of rows) {
      if (deleted.has(row.session_id)) connection.send({ event: 'gone', data: { session_id: row.session_id } });
      else connection.send({ event: 'row', data: row });
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
